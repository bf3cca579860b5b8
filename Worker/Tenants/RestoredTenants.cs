using Npgsql;
using ProductionReady.Data.Placement;
using ProductionReady.Worker.Backups.Tombstones;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Tenants;

/// <summary>
/// Looks at the start whether the database holds tenants that were erased, as one from a backup does: shuts them at once, and has them
/// erased without waiting for the schedule.
/// </summary>
public sealed partial class RestoredTenants(
    TenantBurial burial, TenantErasure erasure, TombstoneCopies copies, LeasedJobRunner runner, ILogger<RestoredTenants> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // What this machine knows first; a store that does not answer must not keep it.
            await EraseAsync(stoppingToken);
            await copies.TrySynchronizeAsync(stoppingToken);
            await EraseAsync(stoppingToken);
        }
        catch (Exception later) when (later is NpgsqlException or TenantMovingException or JobBusyException or LeaseLostException or InvalidDataException or IOException)
        {
            LogLater(later);
        }
    }

    private async Task EraseAsync(CancellationToken stoppingToken)
    {
        var restored = await burial.FindRestoredAsync(stoppingToken);
        foreach (var tenant in restored)
        {
            LogRestored(tenant);
            await burial.BuryAsync(tenant, stoppingToken);
        }

        if (restored.Count > 0)
        {
            await runner.RunNowAsync(erasure, TenantErasure.Shard, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tenant {TenantId} was erased and is back, as after a restore: it is erased again.")]
    private partial void LogRestored(Guid tenantId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not look for tenants that a backup brought back; the scheduled erasure will.")]
    private partial void LogLater(Exception exception);
}
