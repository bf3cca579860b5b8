using Microsoft.EntityFrameworkCore.Migrations;

namespace ProductionReady.Data.Schema;

/// <summary>The months of the audit trail. Entries of a month without a partition go to the default one, so none is lost.</summary>
public static class AuditPartitions
{
    /// <summary>The partitioned table.</summary>
    public const string Table = "audit_entries";

    /// <summary>The partition of what has no month.</summary>
    public const string Default = $"{Table}_default";

    /// <summary>
    /// Makes the partition of a date's month (UTC), kept apart by tenant like its parent; answers whether it was missing.
    /// Entries of that month that the default partition holds are moved, tenant by tenant under row-level security; when one
    /// could not be seen, attaching the default partition again fails and nothing has happened. Waits at most 10 s for locks.
    /// </summary>
    public static DefinerFunction Create { get; } = new(
        DatabaseRoles.Owner,
        "create_audit_partition(date)",
        "month date",
        "boolean",
        $"""

        DECLARE
            child text := '{Table}_' || to_char(month, 'YYYY_MM');
            starts timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
            ends timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
            attach text := format('ALTER TABLE {Table} ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', child, starts, ends);
            caller text := current_setting('app.tenant_id', true);
            tenant uuid;
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtext('create_audit_partition'));
            IF to_regclass('public.' || child) IS NOT NULL THEN
                RETURN false;
            END IF;
            EXECUTE format('CREATE TABLE public.%I (LIKE {Table} INCLUDING CONSTRAINTS)', child);
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', child);
            EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', child);
            EXECUTE format($policy$CREATE POLICY {TenantIsolation.Policy} ON %I FOR ALL
                USING (tenant_id = {TenantIsolation.CurrentTenant}) WITH CHECK (tenant_id = {TenantIsolation.CurrentTenant})$policy$, child);
            BEGIN
                EXECUTE attach;
                RETURN true;
            EXCEPTION WHEN check_violation THEN
                NULL; -- The default partition holds entries of this month.
            END;
            ALTER TABLE {Table} DETACH PARTITION {Default};
            EXECUTE attach;
            FOR tenant IN SELECT tenant_ids_after(NULL, 2147483647) LOOP
                PERFORM set_config('app.tenant_id', tenant::text, true);
                EXECUTE format(
                    'WITH moved AS (DELETE FROM {Default} WHERE occurred_at >= %L AND occurred_at < %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
                    starts, ends, child);
            END LOOP;
            PERFORM set_config('app.tenant_id', coalesce(caller, ''), true);
            ALTER TABLE {Table} ATTACH PARTITION {Default} DEFAULT;
            RETURN true;
        END

        """)
    {
        Settings = [("search_path", LookupFunction.SearchPath), ("lock_timeout", "'10s'")],
    };

    /// <summary>The default partition, and those of this month and the next; after the table and its policy are there.</summary>
    internal static void CreateFirstAuditPartitions(this MigrationBuilder migration)
    {
        migration.Sql($"CREATE TABLE {Default} PARTITION OF {Table} DEFAULT;");
        migration.IsolateTenants(Default);
        migration.Sql("SELECT create_audit_partition(month::date) FROM unnest(ARRAY[now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC' + interval '1 month']) AS month;");
    }
}
