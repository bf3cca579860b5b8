using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Base;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Configuration;
using ProductionReady.Worker.Backups.Drills;
using ProductionReady.Worker.Backups.Dumps;
using ProductionReady.Worker.Backups.OffSite;
using ProductionReady.Worker.Backups.Restore;
using ProductionReady.Worker.Backups.Retention;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Tombstones;
using ProductionReady.Worker.Backups.Verification;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Worker.Backups;

/// <summary>Registers backups.</summary>
public static class BackupExtensions
{
    /// <summary>Adds backups; who schedules them is the caller's.</summary>
    public static IHostApplicationBuilder AddBackups(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<BackupOptions>(BackupOptions.Section);
        builder.AddValidatedOptions<EncryptionOptions>(EncryptionOptions.Section);
        builder.Services.AddSingleton<Sealer>();
        builder.Services.AddSingleton<Unsealer>();
        builder.AddStores();
        builder.AddValidatedOptions<RetentionOptions>(RetentionOptions.Section);
        builder.AddValidatedOptions<DumpOptions>(DumpOptions.Section);
        builder.Services.AddSingleton<ClusterCopy>();
        builder.Services.AddSingleton<BaseBackupCreator>();
        builder.Services.AddSingleton<BaseBackupJob>();
        builder.AddWal();
        builder.Services.AddSingleton<BaseUnpacking>();
        builder.Services.AddSingleton<ServerRecovery>();
        builder.Services.AddSingleton<SpoolLocation>();
        builder.Services.AddSingleton<FolderRestore>();
        builder.Services.AddSingleton<NewDatabaseRestore>();
        builder.AddValidatedOptions<DrillOptions>(DrillOptions.Section);
        builder.Services.AddSingleton<Drill>();
        builder.Services.AddSingleton<DrillRecords>();
        builder.Services.AddSingleton<DrillJob>();
        builder.AddValidatedOptions<ConfigurationBackupOptions>(ConfigurationBackupOptions.Section);
        builder.Services.AddSingleton<ConfigurationReader>();
        builder.Services.AddSingleton<ConfigurationJob>();
        builder.Services.AddSingleton<OpenedConfiguration>();
        builder.Services.AddSingleton<BackupFolder>();
        builder.Services.AddSingleton<BackupCatalog>();
        builder.Services.AddSingleton<BackupVerifier>();
        builder.Services.AddSingleton<StoreVerifier>();
        builder.Services.AddSingleton<Pruning>();
        builder.Services.AddSingleton<PruneJob>();
        builder.Services.AddSingleton<DumpCreator>();
        builder.Services.AddSingleton<DumpRestoreTest>();
        builder.Services.AddSingleton<DumpJob>();
        return builder;
    }

    private static void AddStores(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<StoreOptions>(StoreOptions.Section);
        builder.AddValidatedOptions<OffSiteOptions>(OffSiteOptions.Section);
        builder.Services.AddSingleton<IObjectStore>(services =>
        {
            var (options, folder) = (services.GetRequiredService<IOptions<StoreOptions>>().Value, services.GetRequiredService<IOptions<BackupOptions>>().Value.Folder);
            return options.Kind == "s3"
                ? new S3Store(options.S3, Path.GetFullPath(Path.Combine(folder, "staging")), services.GetRequiredService<TimeProvider>())
                : new FolderStore(Path.GetFullPath(options.Folder ?? Path.Combine(folder, "store")));
        });
        builder.Services.AddSingleton(services =>
        {
            var (options, folder) = (services.GetRequiredService<IOptions<OffSiteOptions>>().Value, services.GetRequiredService<IOptions<BackupOptions>>().Value.Folder);
            var clock = services.GetRequiredService<TimeProvider>();
            IObjectStore? store = options.Kind switch
            {
                "s3" => new S3Store(options.S3, Path.GetFullPath(Path.Combine(folder, "staging-off-site")), clock),
                "folder" => new FolderStore(Path.GetFullPath(options.Folder!)),
                _ => null,
            };
            return new OffSiteStore(store is null ? null : new BackupCatalog(store, clock, services.GetRequiredService<ILogger<BackupCatalog>>()));
        });
        builder.Services.AddSingleton<StoreMirror>();
        builder.Services.AddSingleton<MirrorJob>();
        builder.Services.AddSingleton<TombstoneCopies>();
    }
}
