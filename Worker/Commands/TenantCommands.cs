using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Options;
using ProductionReady.Data.Tenants;
using ProductionReady.Worker.Backups.Tombstones;
using ProductionReady.Worker.Leases;
using ProductionReady.Worker.Tenants;

namespace ProductionReady.Worker.Commands;

/// <summary><c>tenants erase | tombstones</c>.</summary>
public static class TenantCommands
{
    private static readonly Argument<string> Tenant = new("tenant") { Description = "Slug or id of a tenant." };

    private static readonly Option<bool> Yes = new("--yes") { Description = "Erases it; without this nothing happens." };

    /// <summary>Makes the command with its subcommands.</summary>
    public static Command Create()
    {
        var erase = new Command("erase", "Erases a tenant now, without grace, and leaves a tombstone beside the backups.") { Tenant, Yes };
        erase.SetAction((parsed, cancellationToken) => CommandRun.ToExitCodeAsync(services => EraseAsync(services, parsed, cancellationToken)));
        var tombstones = new Command("tombstones", "Brings the tombstones beside the backups and in the store together, and lists them.");
        tombstones.SetAction((_, cancellationToken) => CommandRun.ToExitCodeAsync(services => ListAsync(services, cancellationToken)));
        return new Command("tenants", "Erases tenants, and lists those that were erased.") { erase, tombstones };
    }

    private static async Task<bool> EraseAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        var named = parsed.GetRequiredValue(Tenant);
        if (await FindAsync(services, named, cancellationToken) is not { } tenantId)
        {
            await Console.Error.WriteLineAsync($"There is no tenant '{named}'.");
            return false;
        }

        if (tenantId == PlatformTenant.Id)
        {
            await Console.Error.WriteLineAsync("The platform's own tenant is not erased.");
            return false;
        }

        if (!parsed.GetValue(Yes))
        {
            await Console.Error.WriteLineAsync($"This would erase all data of the tenant '{named}' ({tenantId}) for good. Nothing was done; repeat with --yes.");
            return false;
        }

        if (!await services.GetRequiredService<TenantBurial>().BuryAsync(tenantId, cancellationToken))
        {
            await Console.Error.WriteLineAsync($"There is no tenant '{named}'.");
            return false;
        }

        await services.GetRequiredService<LeasedJobRunner>().RunNowAsync(services.GetRequiredService<TenantErasure>(), TenantErasure.Shard, cancellationToken);
        await Console.Out.WriteLineAsync($"Erased: {tenantId}");
        return true;
    }

    private static async Task<bool> ListAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<TombstoneCopies>().SynchronizeAsync(cancellationToken);
        foreach (var tombstone in services.GetRequiredService<TenantBurial>().List())
        {
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{tombstone.TenantId}  begun {tombstone.StartedAt:yyyy-MM-dd HH:mm:ss}Z  {(tombstone.IsDone ? $"erased {tombstone.ErasedAt:yyyy-MM-dd HH:mm:ss}Z" : "UNDER WAY")}  {tombstone.RowsBefore.Values.Sum()} rows  again {tombstone.Again.Count} times"));
        }

        return true;
    }

    private static async Task<Guid?> FindAsync(IServiceProvider services, string named, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(named, "D", out var id))
        {
            return id;
        }

        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<TenantDirectory>().FindBySlugAsync(named, cancellationToken);
    }
}
