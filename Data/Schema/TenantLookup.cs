using Microsoft.EntityFrameworkCore.Migrations;

namespace ProductionReady.Data.Schema;

/// <summary>
/// The functions that look across tenants. Their owner may read <c>tenants</c> and nothing else, they answer with ids
/// alone, and each may be called by one role (see <see cref="AccessRules"/>).
/// </summary>
internal static class TenantLookup
{
    /// <summary>Creates the functions. Only the session's own user may give them to another owner, hence the change of role.</summary>
    public static void CreateTenantLookup(this MigrationBuilder migration) =>
        migration.Sql($"""
            CREATE POLICY {TenantIsolation.LookupPolicy} ON tenants FOR SELECT TO {DatabaseRoles.Lookup} USING (true);

            CREATE FUNCTION tenant_id_by_slug(wanted text) RETURNS uuid
                LANGUAGE sql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, public
                AS $$ SELECT id FROM tenants WHERE slug = wanted $$;

            CREATE FUNCTION tenant_ids_after(after uuid, count integer) RETURNS SETOF uuid
                LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
                AS $$ SELECT id FROM tenants WHERE after IS NULL OR id > after ORDER BY id LIMIT count $$;

            RESET ROLE;
            ALTER FUNCTION tenant_id_by_slug(text) OWNER TO {DatabaseRoles.Lookup};
            ALTER FUNCTION tenant_ids_after(uuid, integer) OWNER TO {DatabaseRoles.Lookup};
            SET LOCAL ROLE {DatabaseRoles.Owner};
            """);

    /// <summary>Undoes <see cref="CreateTenantLookup"/>.</summary>
    public static void DropTenantLookup(this MigrationBuilder migration) =>
        migration.Sql($"""
            RESET ROLE;
            DROP FUNCTION tenant_ids_after(uuid, integer);
            DROP FUNCTION tenant_id_by_slug(text);
            SET LOCAL ROLE {DatabaseRoles.Owner};
            DROP POLICY {TenantIsolation.LookupPolicy} ON tenants;
            """);
}
