using Microsoft.EntityFrameworkCore.Migrations;

namespace ProductionReady.Data.Schema;

/// <summary>
/// Row-level security of a tenant's tables. Migrations that were released keep what they did: a different policy is a
/// new method beside these, never a change of them.
/// </summary>
public static class TenantIsolation
{
    /// <summary>Name of the one policy of each tenant-owned table.</summary>
    public const string Policy = "tenant_isolation";

    /// <summary>Name of the policy that lets <c>app_lookup</c> alone see all tenants.</summary>
    public const string LookupPolicy = "tenant_lookup";

    /// <summary>The current tenant as SQL. Unset and empty (what a reset leaves behind) give null, which equals no row's tenant.</summary>
    public const string CurrentTenant = "nullif(current_setting('app.tenant_id', true), '')::uuid";

    /// <summary>Lets a table's rows be seen and written by their tenant alone, even by the table's owner.</summary>
    internal static void IsolateTenants(this MigrationBuilder migration, string table, string tenantColumn = "tenant_id") =>
        migration.Sql($"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            CREATE POLICY {Policy} ON {table} FOR ALL
                USING ({tenantColumn} = {CurrentTenant})
                WITH CHECK ({tenantColumn} = {CurrentTenant});
            """);

    /// <summary>Undoes <see cref="IsolateTenants"/>.</summary>
    internal static void StopIsolatingTenants(this MigrationBuilder migration, string table) =>
        migration.Sql($"""
            DROP POLICY {Policy} ON {table};
            ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
            ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
            """);
}
