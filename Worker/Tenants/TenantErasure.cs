using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Npgsql;
using ProductionReady.Data.Placement;
using ProductionReady.Data.Schema;
using ProductionReady.Data.Tenants;
using ProductionReady.ServiceDefaults;
using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Backups.Tombstones;
using ProductionReady.Worker.Leases;
using Quartz;

namespace ProductionReady.Worker.Tenants;

/// <summary>
/// Erases the tenants whose time has come, and those that a backup has brought back. What a Worker that died had begun is gone on
/// with; the proof keeps the counts of the beginning.
/// </summary>
public sealed partial class TenantErasure(
    [FromKeyedServices(ResourceNames.WorkerDatabase)] NpgsqlDataSource database, TenantBurial burial, TenantDeletion deletion, BackupFolder folder,
    TombstoneCopies copies, IOptions<ErasureOptions> options, ILogger<TenantErasure> logger) : ILeasedJob
{
    /// <summary>The one shard: erasures are rare.</summary>
    public const string Shard = "tenants";

    private const int AtOnce = 100;

    public string Name => TenantLifeFunctions.ErasureJob;

    public IReadOnlyList<string> Shards { get; } = [Shard];

    public CronExpression Schedule { get; } = CronScheduleAttribute.Parse(options.Value.Schedule);

    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        var (erased, failures) = (new JsonArray(), new List<Exception>());
        run.Details["erased"] = erased;
        await copies.TrySynchronizeAsync(stopping);
        foreach (var restored in await burial.FindRestoredAsync(stopping))
        {
            await AttemptAsync(run, restored, erased, failures, stopping);
        }

        for (var due = await DueAsync(stopping); due.Count > 0 && failures.Count == 0; due = await DueAsync(stopping))
        {
            foreach (var tenant in due)
            {
                await AttemptAsync(run, tenant, erased, failures, stopping);
            }
        }

        // A Worker may have died between the end of an erasure and its note in the file.
        foreach (var tenant in TombstoneFile.Tenants(folder.Location))
        {
            await burial.FinishAsync(tenant, stopping);
        }

        await copies.TrySynchronizeAsync(stopping);
        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }

    /// <summary>One tenant that cannot be erased must not keep the others.</summary>
    private async Task AttemptAsync(LeasedRun run, Guid tenantId, JsonArray erased, List<Exception> failures, CancellationToken stopping)
    {
        await run.ConfirmHeldAsync(stopping);
        try
        {
            if (await burial.BuryAsync(tenantId, stopping))
            {
                await copies.TrySynchronizeAsync(stopping);
                await deletion.DeleteAsync(tenantId, stopping);
                await burial.FinishAsync(tenantId, stopping);
                erased.Add(tenantId.ToString());
                LogErased(tenantId);
            }
        }
        catch (Exception error) when (error is NpgsqlException or InvalidDataException or TenantMovingException)
        {
            LogFailed(tenantId, error);
            failures.Add(error);
        }
    }

    private async Task<List<Guid>> DueAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT tenants_to_erase($1)");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = AtOnce });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var due = new List<Guid>();
        while (await row.ReadAsync(cancellationToken))
        {
            due.Add(row.GetGuid(0));
        }

        return due;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tenant {TenantId} was erased; its tombstone is beside the backups.")]
    private partial void LogErased(Guid tenantId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Tenant {TenantId} could not be erased; trying again.")]
    private partial void LogFailed(Guid tenantId, Exception error);
}
