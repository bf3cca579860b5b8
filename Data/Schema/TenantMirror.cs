namespace ProductionReady.Data.Schema;

/// <summary>
/// Keeps at home what the directory needs of a tenant that lives elsewhere: its row of <c>tenants</c> and of <c>tenant_usage</c>, which the
/// fence lets nobody else write there.
/// </summary>
public static class TenantMirror
{
    /// <summary>
    /// Makes the two rows of the session's tenant equal to those given, as <c>to_jsonb</c> gives them in the tenant's own database; without
    /// usage that row stays as it is, and without a tenant both are deleted, as after its erasure. Refused for a tenant that lives here.
    /// </summary>
    public static DefinerFunction Mirror { get; } = new(
        DatabaseRoles.Owner,
        "mirror_tenant(jsonb,jsonb)",
        "tenant_row jsonb, usage_row jsonb",
        "void",
        $"""

        DECLARE
            tenant uuid := {TenantIsolation.CurrentTenant};
            kept record;
            names text;
            given text;
        BEGIN
            IF tenant IS NULL THEN
                RAISE EXCEPTION 'mirror_tenant needs app.tenant_id' USING ERRCODE = 'object_not_in_prerequisite_state';
            END IF;

            -- Keeps the tenant from coming home meanwhile, or waits until it has.
            PERFORM FROM tenant_placements p WHERE p.id = tenant AND p.database IS NOT NULL FOR SHARE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'the tenant lives in this database' USING ERRCODE = 'object_not_in_prerequisite_state';
            END IF;
            IF tenant_row IS NULL THEN
                DELETE FROM tenant_usage WHERE tenant_id = tenant;
                DELETE FROM tenants WHERE id = tenant;
                RETURN;
            END IF;
            FOR kept IN
                SELECT * FROM (VALUES ('tenants', 'id', tenant_row), ('tenant_usage', 'tenant_id', usage_row)) AS t (name, key, line) WHERE line IS NOT NULL
            LOOP
                SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum), string_agg('excluded.' || quote_ident(attname), ', ' ORDER BY attnum)
                INTO names, given FROM pg_attribute
                WHERE attrelid = ('public.' || kept.name)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
                EXECUTE format(
                    'INSERT INTO %1$I AS mirrored (%2$s) SELECT %2$s FROM jsonb_populate_record(NULL::%1$I, $1) ON CONFLICT (%3$I) DO UPDATE SET (%2$s) = ROW(%4$s) WHERE mirrored IS DISTINCT FROM excluded',
                    kept.name, names, kept.key, given)
                USING kept.line;
            END LOOP;
        END

        """);
}
