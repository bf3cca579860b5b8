namespace ProductionReady.Data.Schema;

/// <summary>
/// The only ways in which the audit trail is written, as the newest migration leaves them. The tenant is always the
/// session's (<c>app.tenant_id</c>), never an argument, and row-level security binds the functions' owners too.
/// </summary>
public static class AuditFunctions
{
    private const string Tenant = $"tenant uuid := {TenantIsolation.CurrentTenant};";

    /// <summary>
    /// Appends an entry and answers its seq. Holds the tenant's head until the caller's transaction ends, so that seq has no
    /// gap and no fork. The hash is <see cref="Audit.AuditHash"/>. A tenant that does not exist breaks the head's foreign key.
    /// </summary>
    public static DefinerFunction Append { get; } = new(
        DatabaseRoles.Audit,
        "append_audit(uuid,text,text,text,uuid,text,text,jsonb,jsonb,text,text,uuid,text)",
        "entry_id uuid, entry_action text, entry_outcome text, entry_actor_kind text, entry_actor_id uuid, entry_resource_type text, "
        + "entry_resource_id text, entry_before jsonb, entry_after jsonb, entry_address text, entry_user_agent text, "
        + "entry_session_id uuid, entry_request_id text",
        "bigint",
        $$"""

        DECLARE
            {{Tenant}}
            head audit_chains%ROWTYPE;
            moment timestamptz;
            link bytea;
        BEGIN
            IF tenant IS NULL THEN
                RAISE EXCEPTION 'append_audit needs app.tenant_id' USING ERRCODE = 'object_not_in_prerequisite_state';
            END IF;
            SELECT * INTO head FROM audit_chains WHERE tenant_id = tenant FOR UPDATE;
            IF NOT FOUND THEN
                INSERT INTO audit_chains (tenant_id, last_seq, last_hash) VALUES (tenant, 0, decode(repeat('00', 32), 'hex'))
                ON CONFLICT DO NOTHING;
                SELECT * INTO STRICT head FROM audit_chains WHERE tenant_id = tenant FOR UPDATE;
            END IF;
            head.last_seq := head.last_seq + 1;
            moment := clock_timestamp();
            link := sha256((
                SELECT string_agg(coalesce(int4send(octet_length(part)) || part, '\xffffffff'), ''::bytea ORDER BY place)
                FROM unnest(ARRAY[
                    convert_to('{{Audit.AuditHash.Encoding}}', 'UTF8'), uuid_send(tenant), int8send(head.last_seq), uuid_send(entry_id),
                    int8send((extract(epoch FROM moment) * 1000000)::bigint), convert_to(entry_action, 'UTF8'),
                    convert_to(entry_outcome, 'UTF8'), convert_to(entry_actor_kind, 'UTF8'), uuid_send(entry_actor_id),
                    convert_to(entry_resource_type, 'UTF8'), convert_to(entry_resource_id, 'UTF8'),
                    convert_to(entry_before::text, 'UTF8'), convert_to(entry_after::text, 'UTF8'), convert_to(entry_address, 'UTF8'),
                    convert_to(entry_user_agent, 'UTF8'), uuid_send(entry_session_id), convert_to(entry_request_id, 'UTF8'),
                    head.last_hash]) WITH ORDINALITY AS parts (part, place)));
            INSERT INTO audit_entries (
                tenant_id, seq, id, occurred_at, action, outcome, actor_kind, actor_id, resource_type, resource_id, before, after,
                address, user_agent, session_id, request_id, previous_hash, hash)
            VALUES (
                tenant, head.last_seq, entry_id, moment, entry_action, entry_outcome, entry_actor_kind, entry_actor_id,
                entry_resource_type, entry_resource_id, entry_before, entry_after, entry_address, entry_user_agent,
                entry_session_id, entry_request_id, head.last_hash, link);
            UPDATE audit_chains SET last_seq = head.last_seq, last_hash = link WHERE tenant_id = tenant;
            RETURN head.last_seq;
        END

        """);

    /// <summary>Notes where a complete verification ended, unless that entry is not there; answers whether it is.</summary>
    public static DefinerFunction NoteVerified { get; } = new(
        DatabaseRoles.Audit,
        "note_audit_verified(bigint,bytea)",
        "ended_seq bigint, ended_hash bytea",
        "boolean",
        $"""

        DECLARE
            {Tenant}
        BEGIN
            UPDATE audit_chains SET verified_seq = ended_seq, verified_hash = ended_hash, verified_at = clock_timestamp()
            WHERE tenant_id = tenant
                AND EXISTS (SELECT FROM audit_entries e WHERE e.tenant_id = tenant AND e.seq = ended_seq AND e.hash = ended_hash);
            RETURN FOUND;
        END

        """);

    /// <summary>Erases the trail of the session's tenant, head and all, and answers how many entries it had.</summary>
    public static DefinerFunction Erase { get; } = new(
        DatabaseRoles.Audit,
        "erase_audit()",
        "",
        "bigint",
        $"""

        DECLARE
            {Tenant}
            erased bigint;
        BEGIN
            IF tenant IS NULL THEN
                RAISE EXCEPTION 'erase_audit needs app.tenant_id' USING ERRCODE = 'object_not_in_prerequisite_state';
            END IF;
            PERFORM FROM audit_chains WHERE tenant_id = tenant FOR UPDATE;
            DELETE FROM audit_entries WHERE tenant_id = tenant;
            GET DIAGNOSTICS erased = ROW_COUNT;
            DELETE FROM audit_chains WHERE tenant_id = tenant;
            RETURN erased;
        END

        """);

    /// <summary>All of them, with the one that makes partitions.</summary>
    public static IReadOnlyList<DefinerFunction> All { get; } = [Append, NoteVerified, Erase, AuditPartitions.Create];
}
