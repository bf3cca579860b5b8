using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using ProductionReady.Data;
using ProductionReady.Data.Schema;
using ProductionReady.Data.Tenancy;
using ProductionReady.Worker.Backups.Checks;

namespace ProductionReady.Worker.Backups.Drills;

/// <summary>
/// Whether the application could go on with a recovered database: its migrations are this program's, the Api's role reads what every
/// module reads, column by column of the model, and it can sign a user in. By SQL as that role: the Api's keys and users' passwords are
/// not here.
/// </summary>
internal static class AppSmoke
{
    private const string SomeUser = """
        SELECT u.tenant_id, t.slug, u.email_key FROM users u JOIN tenants t ON t.id = u.tenant_id
        WHERE u.state = 'active' AND t.state = 'active' ORDER BY u.id DESC LIMIT 1
        """;

    /// <param name="connection">A superuser's; the role app_api connects in its place too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<CheckOutcome>> RunAsync(NpgsqlConnectionStringBuilder connection, CancellationToken cancellationToken)
    {
        await using var admin = new NpgsqlConnection(connection.ConnectionString);
        await admin.OpenAsync(cancellationToken);
        await using var context = new AppDbContext(new DbContextOptionsBuilder<AppDbContext>().UseAppDatabase(admin).Options, new TenantContext());
        var (known, applied) = (context.Database.GetMigrations().ToList(), (await context.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList());
        await using var api = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Username = DatabaseRoles.Api }.ConnectionString);
        await api.OpenAsync(cancellationToken);
        var user = await SomeUserAsync(admin, cancellationToken);
        return
        [
            new CheckOutcome($"migrations of {connection.Database}", Migrations(known, applied)),
            new CheckOutcome($"reads of every module in {connection.Database}", await ReadsAsync(context, api, user?.Tenant, known.Count == applied.Count, cancellationToken)),
            new CheckOutcome($"sign-in to {connection.Database}", user is { } someone ? await SignInAsync(api, someone, cancellationToken) : []),
        ];
    }

    /// <summary>Those of an earlier moment are the first of this program's; any other is not known here.</summary>
    private static IReadOnlyList<string> Migrations(List<string> known, List<string> applied) =>
        applied.SequenceEqual(known.Take(applied.Count)) ? []
        : [$"The migrations are not this program's: {string.Join(", ", applied.Except(known).DefaultIfEmpty("some are missing in between"))}."];

    private static async Task<IReadOnlyList<string>> ReadsAsync(
        AppDbContext context, NpgsqlConnection api, Guid? tenant, bool isCurrent, CancellationToken cancellationToken)
    {
        await ExecuteAsync(api, $"SELECT set_config('app.tenant_id', '{tenant}', false)", cancellationToken);
        var problems = new List<string>();
        foreach (var entity in context.Model.GetEntityTypes().Where(entity => entity.GetTableName() is not null))
        {
            var table = StoreObjectIdentifier.Table(entity.GetTableName()!, entity.GetSchema());
            var columns = entity.GetProperties().Select(property => property.GetColumnName(table)).OfType<string>();
            try
            {
                if (await AskAsync(api, $"SELECT to_regclass('\"{table.Name}\"') IS NULL OR NOT has_table_privilege('\"{table.Name}\"', 'SELECT')", cancellationToken) is false || isCurrent)
                {
                    await ExecuteAsync(api, $"SELECT {(isCurrent ? string.Join(", ", columns.Select(column => $"\"{column}\"")) : "*")} FROM \"{table.Name}\" LIMIT 1", cancellationToken);
                }
            }
            catch (PostgresException refused) when (refused.SqlState != PostgresErrorCodes.InsufficientPrivilege)
            {
                problems.Add($"{table.Name} cannot be read: {refused.MessageText}.");
            }
            catch (PostgresException)
            {
                // Not the Api's to read.
            }
        }

        return problems;
    }

    /// <summary>What a sign-in reads and writes, and then not kept.</summary>
    private static async Task<IReadOnlyList<string>> SignInAsync(NpgsqlConnection api, (Guid Tenant, string Slug, string EmailKey) user, CancellationToken cancellationToken)
    {
        try
        {
            await using var transaction = await api.BeginTransactionAsync(cancellationToken);
            if (await AskAsync(api, "SELECT tenant_id_by_slug($1)", cancellationToken, user.Slug) is not Guid found || found != user.Tenant)
            {
                return [$"Tenant {user.Slug} is not found by its slug."];
            }

            await ExecuteAsync(api, $"SELECT set_config('app.tenant_id', '{user.Tenant}', true)", cancellationToken);
            if (await AskAsync(api, "SELECT id FROM users WHERE email_key = $1", cancellationToken, user.EmailKey) is not Guid id)
            {
                return [$"The user of tenant {user.Slug} is not found by the e-mail address."];
            }

            await ExecuteAsync(
                api, $"INSERT INTO sessions (id, tenant_id, user_id, created_at, last_used_at, expires_at) VALUES (gen_random_uuid(), '{user.Tenant}', '{id}', now(), now(), now())", cancellationToken);
            await transaction.RollbackAsync(cancellationToken);
            return [];
        }
        catch (PostgresException refused)
        {
            return [$"Nobody can sign in to tenant {user.Slug}: {refused.MessageText}."];
        }
    }

    private static async Task<(Guid Tenant, string Slug, string EmailKey)?> SomeUserAsync(NpgsqlConnection admin, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SomeUser, admin);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? (row.GetGuid(0), row.GetString(1), row.GetString(2)) : null;
    }

    private static Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken) => AskAsync(connection, sql, cancellationToken);

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params string[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = parameter });
        }

        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
