using Microsoft.EntityFrameworkCore.Migrations;

namespace ProductionReady.Data.Schema;

/// <summary>
/// Refuses to write a tenant's rows in a database that the tenant is leaving or does not live in: a trigger of every table of tenants'
/// rows, once a statement. It binds whoever works for a tenant, and the owners of the functions that write for them, but not
/// <see cref="DatabaseRoles.Owner"/>, as which the mover works.
/// </summary>
public static class TenantFence
{
    /// <summary>SQLSTATE of the refusal. Nothing was written; the same is right in a moment, in the database where the tenant then lives.</summary>
    public const string SqlState = "PR001";

    /// <summary>Name of the trigger on each table.</summary>
    public const string Trigger = "refuse_when_fenced";

    /// <summary>Name and arguments of the function, as PostgreSQL prints them.</summary>
    public const string Signature = "refuse_when_fenced()";

    /// <summary>
    /// PL/pgSQL. The lock comes first: a mover that has it alone has put up the fence before, or knows that this transaction ended. The
    /// fence is then looked for in a snapshot taken after the lock, which a transaction in REPEATABLE READ would not have. Names are
    /// qualified in place of a search path, which would have to be set at every statement.
    /// </summary>
    public static readonly string Body = $"""

        DECLARE
            tenant uuid := {TenantIsolation.CurrentTenant};
        BEGIN
            IF tenant IS NULL OR current_user = '{DatabaseRoles.Owner}' THEN
                RETURN NULL;
            END IF;
            IF current_setting('transaction_isolation') <> 'read committed' THEN
                RAISE EXCEPTION 'rows of tenants are written in READ COMMITTED: an older snapshot does not show where the tenant lives'
                    USING ERRCODE = 'object_not_in_prerequisite_state';
            END IF;
            IF NOT pg_try_advisory_xact_lock_shared({PlacementLocks.Writing}, uuid_hash(tenant)) THEN
                {Refuse}
            END IF;
            IF EXISTS (SELECT FROM public.tenant_placements p WHERE p.id = tenant AND p.fenced) THEN
                {Refuse}
            END IF;
            RETURN NULL;
        END

        """;

    internal const string Refuse = $"RAISE EXCEPTION 'the tenant is moving to another database, or lives there' USING ERRCODE = '{SqlState}';";

    /// <summary>Definition of the trigger of a table, as PostgreSQL prints it.</summary>
    public static string Definition(string table) =>
        $"CREATE TRIGGER {Trigger} BEFORE INSERT OR DELETE OR UPDATE ON public.{table} FOR EACH STATEMENT EXECUTE FUNCTION {Signature}";

    /// <summary>Makes the function of the triggers.</summary>
    internal static void CreateTenantFence(this MigrationBuilder migration) =>
        migration.Sql($"CREATE FUNCTION {Signature} RETURNS trigger LANGUAGE plpgsql AS $${Body}$$;");

    /// <summary>Puts a table of tenants' rows behind the fence.</summary>
    internal static void FenceTenants(this MigrationBuilder migration, string table) => migration.Sql(Definition(table));

    /// <summary>Undoes <see cref="FenceTenants"/>.</summary>
    internal static void StopFencingTenants(this MigrationBuilder migration, string table) =>
        migration.Sql($"DROP TRIGGER {Trigger} ON {table};");

    /// <summary>Undoes <see cref="CreateTenantFence"/>.</summary>
    internal static void DropTenantFence(this MigrationBuilder migration) => migration.Sql($"DROP FUNCTION {Signature};");
}
