using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Base;
using ProductionReady.Worker.Backups.Restore;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Drills;
using ProductionReady.Worker.Backups.Dumps;
using ProductionReady.Worker.Backups.Retention;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Verification;

namespace ProductionReady.Worker.Backups;

/// <summary>Registers backups.</summary>
public static class BackupExtensions
{
    /// <summary>Adds backups; who schedules them is the caller's.</summary>
    public static IHostApplicationBuilder AddBackups(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<BackupOptions>(BackupOptions.Section);
        builder.AddValidatedOptions<EncryptionOptions>(EncryptionOptions.Section);
        builder.AddValidatedOptions<StoreOptions>(StoreOptions.Section);
        builder.Services.AddSingleton<Sealer>();
        builder.Services.AddSingleton<Unsealer>();
        builder.Services.AddSingleton<IObjectStore>(services => new FolderStore(Path.GetFullPath(
            services.GetRequiredService<IOptions<StoreOptions>>().Value.Folder
            ?? Path.Combine(services.GetRequiredService<IOptions<BackupOptions>>().Value.Folder, "store"))));
        builder.AddValidatedOptions<RetentionOptions>(RetentionOptions.Section);
        builder.AddValidatedOptions<DumpOptions>(DumpOptions.Section);
        builder.Services.AddSingleton<ClusterCopy>();
        builder.Services.AddSingleton<BaseBackupCreator>();
        builder.Services.AddSingleton<BaseBackupJob>();
        builder.Services.AddSingleton<BaseUnpacking>();
        builder.Services.AddSingleton<ServerRecovery>();
        builder.Services.AddSingleton<SpoolLocation>();
        builder.Services.AddSingleton<FolderRestore>();
        builder.Services.AddSingleton<NewDatabaseRestore>();
        builder.AddValidatedOptions<DrillOptions>(DrillOptions.Section);
        builder.Services.AddSingleton<Drill>();
        builder.Services.AddSingleton<DrillRecords>();
        builder.Services.AddSingleton<DrillJob>();
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
}
