using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using ProductionReady.MigrationService.Access;
using ProductionReady.MigrationService.Operators;
using ProductionReady.MigrationService.Placing;

namespace ProductionReady.MigrationService.Migrating;

/// <summary>Brings the shared database, and then those in which single tenants live, to the newest migration.</summary>
internal sealed class UpVerb(
    Steps steps, Migrations migrations, MigrationContext contexts, BuriedTenants buried, EveryDatabase others, Leftovers leftovers, ILogger<UpVerb> logger)
{
    // Services that are running have heard of a move long since; one that has not keeps what it still needs.
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(10);

    public async Task<int> RunAsync(NpgsqlConnection connection, MigrationSettings settings, CancellationToken cancellationToken)
    {
        await steps.RunAsync("create roles", () => RoleSetup.ApplyAsync(connection, settings.Passwords, cancellationToken));
        if (!await migrations.ApplyAsync(connection, cancellationToken))
        {
            return ExitCode.Done;
        }

        await steps.RunAsync("shut tenants that were erased", () => buried.ShutAsync(connection, cancellationToken));
        await leftovers.TakeBackAsync(connection, cancellationToken);
        await RemoveLeftoversAsync(connection, cancellationToken);
        foreach (var (database, tenant) in await OwnDatabases.FindUnknownAsync(connection, cancellationToken))
        {
            logger.UnknownDatabase(database, tenant);
        }

        return await others.RunAsync(connection, alone: true, ApplyAsync, RefusedAsync, cancellationToken);

        async Task<int> ApplyAsync(NpgsqlConnection own)
        {
            await steps.RunAsync($"migrate {own.Database}", () => migrations.ApplyAsync(own, cancellationToken));
            await steps.RunAsync("shut tenants that were erased", () => buried.ShutAsync(own, cancellationToken));
            return ExitCode.Done;
        }

        Task RefusedAsync(MigrationFailedException failure)
        {
            logger.Refused(failure.Message);
            return Task.CompletedTask;
        }
    }

    private async Task RemoveLeftoversAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var context = contexts.Over(connection);
            var tables = await MovedTable.ReadAsync(connection, context.GetService<IDesignTimeModel>().Model, cancellationToken);
            await leftovers.RemoveAllAsync(connection, but: null, tables, Drain, cancellationToken);
        }
        catch (MigrationFailedException failure)
        {
            logger.LeftForLater(failure.Message);
        }
    }
}
