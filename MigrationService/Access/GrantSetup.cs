using System.Text;
using Npgsql;
using ProductionReady.Data.Schema;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Access;

/// <summary>Makes the database's grants equal to <see cref="AccessRules"/>.</summary>
internal static class GrantSetup
{
    /// <summary>Who may connect, use the schema and create in it; the owner needs it before it can migrate.</summary>
    public static async Task OpenDatabaseAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var database = Statements.Quoted(connection.Database);
        var users = string.Join(", ", AccessRules.SchemaUsers);
        var logins = string.Join(", ", DatabaseRoles.All.Where(role => role.Login).Select(role => role.Name));
        await connection.ExecuteAsync(
            $"""
            REVOKE ALL ON DATABASE {database} FROM PUBLIC;
            REVOKE ALL ON DATABASE {database} FROM {logins};
            GRANT CONNECT ON DATABASE {database} TO {logins};
            REVOKE ALL ON SCHEMA public FROM PUBLIC, {users}, {DatabaseRoles.Owner};
            GRANT USAGE ON SCHEMA public TO {users};
            GRANT USAGE, CREATE ON SCHEMA public TO {DatabaseRoles.Owner};
            DO $grant$ BEGIN
                GRANT EXECUTE ON FUNCTION pg_catalog.pg_reload_conf() TO {DatabaseRoles.Backup};
            EXCEPTION WHEN insufficient_privilege THEN
                RAISE NOTICE 'strict mode of the backups needs a superuser to grant it';
            END $grant$;
            """,
            cancellationToken);
    }

    /// <summary>Grants on what the applied migrations made; rules for what they did not make wait for it.</summary>
    public static async Task ApplyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var everyone = string.Join(", ", AccessRules.SchemaUsers.Append("PUBLIC"));
        var callers = string.Join(", ", DatabaseRoles.All.Where(role => role.Login).Select(role => role.Name).Append("PUBLIC"));
        var sql = new StringBuilder()
            .AppendLine($"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {everyone};")
            .AppendLine($"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {everyone};")
            .AppendLine($"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM {callers};");
        foreach (var grant in AccessRules.Tables)
        {
            if (await ExistsAsync("to_regclass", grant.Table))
            {
                sql.AppendLine($"GRANT {string.Join(", ", grant.Privileges)} ON {grant.Table} TO {grant.Role};");
            }
        }

        foreach (var grant in AccessRules.Functions)
        {
            if (await ExistsAsync("to_regprocedure", grant.Function))
            {
                sql.AppendLine($"GRANT EXECUTE ON FUNCTION {grant.Function} TO {grant.Role};");
            }
        }

        await connection.ExecuteAsync(sql.ToString(), cancellationToken);

        Task<bool> ExistsAsync(string find, string name) =>
            connection.ScalarAsync<bool>($"SELECT {find}($1) IS NOT NULL", cancellationToken, $"public.{name}");
    }
}
