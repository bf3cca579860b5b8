using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using ProductionReady.Data;
using ProductionReady.Data.Schema;
using ProductionReady.MigrationService.Access;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Migrating;

/// <summary>
/// Moves a database between migrations. All of it is one transaction: what fails in the third migration takes the first
/// two back too.
/// </summary>
internal sealed class MigrationRun(Steps steps, MigrationContext contexts)
{
    // A statement that waits for a busy table makes everybody behind it wait too; better to fail and be tried again.
    private const string BoundLocks = "SET LOCAL lock_timeout = '30s'";

    private const string BecomeOwner = "SET LOCAL ROLE " + DatabaseRoles.Owner;

    /// <summary>Goes to each of the targets in turn and makes the grants fit what is there then.</summary>
    /// <param name="connection">The administrator's open connection, which holds the migration lock.</param>
    /// <param name="targets">Name of each step with the migration to be at after it.</param>
    /// <param name="before">What to look at inside the transaction before the first target; throws to refuse.</param>
    /// <param name="cancellationToken">Ends the run; the database stays as it was.</param>
    public async Task RunAsync(
        NpgsqlConnection connection,
        IReadOnlyList<(string Step, string Target)> targets,
        Func<Task>? before,
        CancellationToken cancellationToken)
    {
        await using var context = contexts.Over(connection);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await context.Database.UseTransactionAsync(transaction, cancellationToken);
        await connection.ExecuteAsync(BoundLocks, cancellationToken);
        await steps.RunAsync("open the database to its roles", () => GrantSetup.OpenDatabaseAsync(connection, cancellationToken));
        if (before is not null)
        {
            await before();
        }

        await MoveAsync(context, targets, cancellationToken);
        await steps.RunAsync("grant", () => GrantSetup.ApplyAsync(connection, cancellationToken));
        await steps.RunAsync("commit", () => transaction.CommitAsync(cancellationToken));
    }

    private async Task MoveAsync(
        AppDbContext context, IReadOnlyList<(string Step, string Target)> targets, CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)context.Database.GetDbConnection();
        var migrator = context.GetService<IMigrator>();

        // Whoever creates a table owns it. A migration that must see all tenants' rows says RESET ROLE itself.
        await connection.ExecuteAsync(BecomeOwner, cancellationToken);

        // EF Core would find out by failing, which ends a transaction.
        await context.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
        foreach (var (step, target) in targets)
        {
            await connection.ExecuteAsync(BecomeOwner, cancellationToken);
            await steps.RunAsync(step, () => migrator.MigrateAsync(target, cancellationToken));
        }

        await connection.ExecuteAsync("RESET ROLE", cancellationToken);
    }
}
