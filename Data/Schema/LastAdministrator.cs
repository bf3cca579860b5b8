using Microsoft.EntityFrameworkCore.Migrations;
using ProductionReady.Data.Identity;

namespace ProductionReady.Data.Schema;

/// <summary>
/// Keeps an administrator in every tenant: whatever the Api does to users, an active one with the built-in role
/// <see cref="BuiltInRoles.Admin"/> remains. Operators, who work as other roles, are not bound by it.
/// </summary>
public static class LastAdministrator
{
    /// <summary>Name of the constraint that an error names.</summary>
    public const string Constraint = "users_last_administrator";

    /// <summary>Name and arguments of the function, as PostgreSQL prints them.</summary>
    public const string Signature = "keep_an_administrator()";

    /// <summary>
    /// PL/pgSQL. Two transactions that each take one of two administrators away do not see each other's change: the second waits
    /// for the first one's end, and looks after it.
    /// </summary>
    public const string Body = $"""

        BEGIN
            PERFORM pg_advisory_xact_lock({LockSpace}, hashtext(OLD.tenant_id::text));
            IF NOT EXISTS (
                SELECT FROM users
                WHERE tenant_id = OLD.tenant_id AND state = 'active' AND '{BuiltInRoles.Admin}' = ANY (roles)) THEN
                RAISE EXCEPTION 'a tenant keeps its last administrator'
                    USING ERRCODE = 'check_violation', TABLE = 'users', CONSTRAINT = '{Constraint}';
            END IF;
            RETURN NULL;
        END

        """;

    private const string LockSpace = "1801675634";

    private const string WasAdministrator =
        $"(CURRENT_USER = '{DatabaseRoles.Api}'::name) AND (old.state = 'active'::text) AND ('{BuiltInRoles.Admin}'::text = ANY (old.roles))";

    private const string IsAdministrator = $"(new.state = 'active'::text) AND ('{BuiltInRoles.Admin}'::text = ANY (new.roles))";

    /// <summary>Names and definitions of the triggers, as PostgreSQL prints them.</summary>
    public static IReadOnlyList<(string Name, string Definition)> Triggers { get; } =
    [
        Trigger("keep_an_administrator_on_update", "UPDATE OF roles, state", $"({WasAdministrator} AND (NOT ({IsAdministrator})))"),
        Trigger("keep_an_administrator_on_delete", "DELETE", $"({WasAdministrator})"),
    ];

    internal static void KeepAnAdministrator(this MigrationBuilder migration)
    {
        migration.Sql($"""
            CREATE FUNCTION {Signature} RETURNS trigger
                LANGUAGE plpgsql SET search_path = {LookupFunction.SearchPath}
                AS $${Body}$$;
            """);
        foreach (var (_, definition) in Triggers)
        {
            migration.Sql(definition);
        }
    }

    internal static void StopKeepingAnAdministrator(this MigrationBuilder migration) =>
        migration.Sql($"""
            DROP TRIGGER keep_an_administrator_on_update ON users;
            DROP TRIGGER keep_an_administrator_on_delete ON users;
            DROP FUNCTION {Signature};
            """);

    private static (string Name, string Definition) Trigger(string name, string events, string condition) => (
        name,
        $"CREATE TRIGGER {name} AFTER {events} ON public.users FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {Signature}");
}
