using Microsoft.EntityFrameworkCore.Migrations;

namespace ProductionReady.Data.Schema;

/// <summary>
/// The functions that look across tenants for whoever runs for none yet, or for all in turn: they answer with ids alone (see
/// <see cref="AccessRules"/> for who may call them, and <see cref="TenantLifeFunctions"/> for what the operator may ask).
/// </summary>
public static class TenantLookup
{
    /// <summary>The functions, as the newest migration leaves them.</summary>
    public static IReadOnlyList<LookupFunction> Functions { get; } =
    [
        new("tenant_id_by_slug(text)", "wanted text", "uuid", "SELECT id FROM tenants WHERE slug = wanted"),
        new(
            "tenant_ids_after(uuid,integer)",
            "after uuid, count integer",
            "SETOF uuid",
            "SELECT id FROM tenants WHERE after IS NULL OR id > after ORDER BY id LIMIT count"),
    ];

    internal static void CreateTenantLookup(this MigrationBuilder migration)
    {
        migration.Sql($"CREATE POLICY {TenantIsolation.LookupPolicy} ON tenants FOR SELECT TO {DatabaseRoles.Lookup} USING (true);");
        foreach (var function in Functions)
        {
            // Only the session's own user may give an object to another owner, hence the change of role.
            migration.Sql($"""
                CREATE FUNCTION {function.Name}({function.Arguments}) RETURNS {function.Returns}
                    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {LookupFunction.SearchPath}
                    AS $${function.Body}$$;
                RESET ROLE;
                ALTER FUNCTION {function.Signature} OWNER TO {DatabaseRoles.Lookup};
                SET LOCAL ROLE {DatabaseRoles.Owner};
                """);
        }
    }

    internal static void DropTenantLookup(this MigrationBuilder migration)
    {
        foreach (var function in Functions)
        {
            migration.Sql($"""
                RESET ROLE;
                DROP FUNCTION {function.Signature};
                SET LOCAL ROLE {DatabaseRoles.Owner};
                """);
        }

        migration.Sql($"DROP POLICY {TenantIsolation.LookupPolicy} ON tenants;");
    }
}
