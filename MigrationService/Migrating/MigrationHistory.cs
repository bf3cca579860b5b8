using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using ProductionReady.Data;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Migrating;

/// <summary>The migrations of this program against those the database has.</summary>
/// <param name="Known">Ids of this program's migrations, oldest first.</param>
/// <param name="Applied">Ids of those the database has, oldest first.</param>
internal sealed record MigrationHistory(IReadOnlyList<string> Known, IReadOnlyList<string> Applied)
{
    /// <summary>What <c>up</c> would apply.</summary>
    public IReadOnlyList<string> Pending { get; } = [.. Known.Except(Applied)];

    /// <summary>What a newer version of this program applied.</summary>
    public IReadOnlyList<string> Unknown { get; } = [.. Applied.Except(Known)];

    public static async Task<MigrationHistory> ReadAsync(AppDbContext context, CancellationToken cancellationToken)
    {
        // EF Core would find out whether its table is there by failing, and log that as an error.
        var connection = (NpgsqlConnection)context.Database.GetDbConnection();
        var exists = await connection.ScalarAsync<bool>(
            "SELECT to_regclass($1) IS NOT NULL", cancellationToken, $"\"{HistoryRepository.DefaultTableName}\"");
        return new(
            [.. context.Database.GetMigrations()],
            exists ? [.. await context.Database.GetAppliedMigrationsAsync(cancellationToken)] : []);
    }

    /// <summary>Finds an applied migration by its id or by the id's name without the time; <c>0</c> is the empty database.</summary>
    /// <exception cref="MigrationFailedException">There is none.</exception>
    public string FindApplied(string name)
    {
        if (name == Migration.InitialDatabase)
        {
            return name;
        }

        var found = Known.FirstOrDefault(id => Is(id, name))
            ?? throw new MigrationFailedException(
                $"There is no migration '{name}'. There are: 0 (empty), {string.Join(", ", Known)}.", ExitCode.Usage);
        return Applied.Contains(found)
            ? found
            : throw new MigrationFailedException($"{found} is not applied, so there is no way down to it.", ExitCode.Usage);
    }

    /// <summary>The migration before this one, or <c>0</c>.</summary>
    public string Before(string id) => Known.TakeWhile(known => known != id).LastOrDefault(Migration.InitialDatabase);

    private static bool Is(string id, string name) =>
        id.Equals(name, StringComparison.OrdinalIgnoreCase)
        || id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..].Equals(name, StringComparison.OrdinalIgnoreCase);
}
