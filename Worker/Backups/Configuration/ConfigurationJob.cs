using System.Text.Json;
using Microsoft.Extensions.Options;
using ProductionReady.Data.Placement;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Leases;
using Quartz;

namespace ProductionReady.Worker.Backups.Configuration;

/// <summary>Backs up what a server is rebuilt with, every night and on demand.</summary>
public sealed class ConfigurationJob(
    TenantGate gate, ConfigurationReader reader, BackupCatalog catalog, Sealer sealer, TimeProvider clock, IOptions<ConfigurationBackupOptions> options) : ILeasedJob
{
    /// <summary>The one shard.</summary>
    public const string Shard = "server";

    /// <summary>The detail of a run that names the backup it made.</summary>
    public const string BackupIdDetail = "backupId";

    public string Name => "configuration-backup";

    public IReadOnlyList<string> Shards { get; } = [Shard];

    public CronExpression Schedule { get; } = CronScheduleAttribute.Parse(options.Value.Schedule);

    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        await catalog.SweepAsync(StoredBackupKind.Configuration, stopping);
        var startedAt = clock.GetUtcNow();
        var id = BackupId.New(startedAt);
        IReadOnlyList<string> own = [.. (await gate.ListAsync(stopping)).Select(pool => pool.Database).OfType<string>()];
        var (read, systemId, roles, clientVersion) = await reader.ReadAsync(own, stopping);
        var plain = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(read, BackupJson.Default.ServerConfiguration));
        var staged = await sealer.SealAsync(plain, compress: true, catalog.Store.StagingFolder, stopping);
        var name = new ObjectName($"{StoredBackup.PrefixOf(StoredBackupKind.Configuration)}{id}/configuration.json", staged.Digest.Sha256, ObjectName.CompressedAndSealed);
        var size = staged.Digest.Size;
        await catalog.Store.PutAsync(name, staged, stopping);
        await run.ConfirmHeldAsync(stopping);
        await catalog.AddAsync(
            new StoredBackup(id, StoredBackupKind.Configuration, startedAt, clock.GetUtcNow(), systemId, read.ServerVersion, clientVersion, [new StoredPart(name.Key, size)], Wal: null, [], roles, sealer.Recipients),
            stopping);
        run.Details[BackupIdDetail] = id;
        run.Details["bytes"] = size;
    }
}
