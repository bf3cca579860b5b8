using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Schema;

/// <summary>
/// What the operator may know of all tenants, and what the Worker must know to erase some. The first kind answers only while the
/// session's tenant is the platform's own, so that a defect in the Api's check of permissions is not enough. None of them switches
/// row-level security off: their owner may see the rows of <c>tenants</c>, and takes each tenant's place to see its usage.
/// </summary>
public static class TenantLifeFunctions
{
    /// <summary>Name of the Worker's job that erases, which <see cref="HastenErasure"/> makes due.</summary>
    public const string ErasureJob = "tenant-erasure";

    private static readonly string OnlyForThePlatform = $"""
        IF {TenantIsolation.CurrentTenant} IS DISTINCT FROM '{PlatformTenant.Id}'::uuid THEN
                RAISE EXCEPTION 'only the platform''s own tenant may ask' USING ERRCODE = 'insufficient_privilege';
            END IF;
        """;

    /// <summary>
    /// Tenants in the order of their ids: one, or those of a state whose slug or name is like a pattern (LIKE), after an id, each with
    /// its limits and what it used when it was last measured.
    /// </summary>
    public static DefinerFunction Tenants { get; } = new(
        DatabaseRoles.Lookup,
        "platform_tenants(uuid,text,text,uuid,integer)",
        "wanted uuid, wanted_state text, pattern text, after uuid, count integer",
        "TABLE(id uuid, slug text, name text, state text, suspended_reason text, closing_at timestamp with time zone, "
        + "erase_after timestamp with time zone, max_users integer, max_contacts bigint, max_events_a_month bigint, max_storage_bytes bigint, "
        + "created_at timestamp with time zone, updated_at timestamp with time zone, users bigint, contacts bigint, storage_bytes bigint, "
        + "sign_ins_a_day bigint, sign_ins_a_month bigint, measured_at timestamp with time zone)",
        $"""

        DECLARE
            caller text := current_setting('app.tenant_id', true);
            tenant tenants%ROWTYPE;
            measured tenant_usage%ROWTYPE;
        BEGIN
            {OnlyForThePlatform}
            FOR tenant IN
                SELECT t.* FROM tenants t
                WHERE (wanted IS NULL OR t.id = wanted) AND (wanted_state IS NULL OR t.state = wanted_state)
                    AND (pattern IS NULL OR t.slug LIKE lower(pattern) OR t.name ILIKE pattern) AND (after IS NULL OR t.id > after)
                ORDER BY t.id LIMIT count
            LOOP
                PERFORM set_config('app.tenant_id', tenant.id::text, true);
                SELECT u.* INTO measured FROM tenant_usage u WHERE u.tenant_id = tenant.id;
                RETURN QUERY SELECT tenant.id, tenant.slug::text, tenant.name::text, tenant.state, tenant.suspended_reason::text, tenant.closing_at,
                    tenant.erase_after, tenant.max_users, tenant.max_contacts, tenant.max_events_a_month, tenant.max_storage_bytes,
                    tenant.created_at, tenant.updated_at, measured.users, measured.contacts, measured.storage_bytes,
                    measured.sign_ins_a_day, measured.sign_ins_a_month, measured.measured_at;
            END LOOP;
            PERFORM set_config('app.tenant_id', coalesce(caller, ''), true);
        END

        """);

    /// <summary>What all tenants used together when each was last measured, and how old the oldest of these figures is.</summary>
    public static DefinerFunction Statistics { get; } = new(
        DatabaseRoles.Lookup,
        "platform_statistics()",
        "",
        "TABLE(active bigint, suspended bigint, closing bigint, measured bigint, users bigint, contacts bigint, storage_bytes bigint, "
        + "sign_ins_a_day bigint, sign_ins_a_month bigint, oldest_measured_at timestamp with time zone)",
        $"""

        DECLARE
            caller text := current_setting('app.tenant_id', true);
            tenant uuid;
            usage tenant_usage%ROWTYPE;
        BEGIN
            {OnlyForThePlatform}
            SELECT count(*) FILTER (WHERE t.state = 'active'), count(*) FILTER (WHERE t.state = 'suspended'), count(*) FILTER (WHERE t.state = 'closing'),
                0, 0, 0, 0, 0, 0
            INTO active, suspended, closing, measured, users, contacts, storage_bytes, sign_ins_a_day, sign_ins_a_month FROM tenants t;
            FOR tenant IN SELECT t.id FROM tenants t LOOP
                PERFORM set_config('app.tenant_id', tenant::text, true);
                SELECT u.* INTO usage FROM tenant_usage u WHERE u.tenant_id = tenant;
                IF usage.tenant_id IS NOT NULL THEN
                    measured := measured + 1;
                    users := users + usage.users;
                    contacts := contacts + usage.contacts;
                    storage_bytes := storage_bytes + usage.storage_bytes;
                    sign_ins_a_day := sign_ins_a_day + usage.sign_ins_a_day;
                    sign_ins_a_month := sign_ins_a_month + usage.sign_ins_a_month;
                    oldest_measured_at := least(oldest_measured_at, usage.measured_at);
                END IF;
            END LOOP;
            PERFORM set_config('app.tenant_id', coalesce(caller, ''), true);
            RETURN NEXT;
        END

        """);

    /// <summary>Tenants that signed up, by day (UTC) since a day; days without one are left out.</summary>
    public static DefinerFunction SignUps { get; } = new(
        DatabaseRoles.Lookup,
        "platform_sign_ups(date)",
        "since date",
        "TABLE(day date, count bigint)",
        $"""

        BEGIN
            {OnlyForThePlatform}
            RETURN QUERY SELECT (t.created_at AT TIME ZONE 'UTC')::date, count(*) FROM tenants t
                WHERE t.created_at >= since::timestamp AT TIME ZONE 'UTC' GROUP BY 1 ORDER BY 1;
        END

        """);

    /// <summary>Closed tenants whose time has come, the longest waiting first.</summary>
    public static DefinerFunction ToErase { get; } = new(
        DatabaseRoles.Lookup,
        "tenants_to_erase(integer)",
        "count integer",
        "SETOF uuid",
        """

        BEGIN
            RETURN QUERY SELECT t.id FROM tenants t WHERE t.state = 'closing' AND t.erase_after <= now() ORDER BY t.erase_after, t.id LIMIT count;
        END

        """);

    /// <summary>Those of some ids that are tenants: which of the erased ones a backup has brought back.</summary>
    public static DefinerFunction Among { get; } = new(
        DatabaseRoles.Lookup,
        "tenants_among(uuid[])",
        "ids uuid[]",
        "SETOF uuid",
        """

        BEGIN
            RETURN QUERY SELECT t.id FROM tenants t WHERE t.id = ANY (ids);
        END

        """);

    /// <summary>Makes the job that erases due now, so that it does not wait for its schedule.</summary>
    public static DefinerFunction HastenErasure { get; } = new(
        DatabaseRoles.Lookup,
        "hasten_erasure()",
        "",
        "void",
        $"""

        BEGIN
            UPDATE job_leases SET due_at = least(due_at, now()) WHERE job = '{ErasureJob}';
        END

        """);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DefinerFunction> All { get; } = [Tenants, Statistics, SignUps, ToErase, Among, HastenErasure];
}
