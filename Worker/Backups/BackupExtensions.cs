using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Base;
using ProductionReady.Worker.Backups.Restore;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;

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
        builder.Services.AddSingleton<ClusterCopy>();
        builder.Services.AddSingleton<BaseBackupSweep>();
        builder.Services.AddSingleton<BaseBackupCreator>();
        builder.Services.AddSingleton<BaseBackupJob>();
        builder.Services.AddSingleton<BaseBackups>();
        builder.Services.AddSingleton<BaseUnpacking>();
        builder.Services.AddSingleton<ServerRecovery>();
        builder.Services.AddSingleton<SpoolLocation>();
        builder.Services.AddSingleton<FolderRestore>();
        builder.Services.AddSingleton<NewDatabaseRestore>();
        builder.Services.AddSingleton<BackupFolder>();
        builder.Services.AddSingleton<BackupCatalog>();
        builder.Services.AddSingleton<BackupCreator>();
        builder.Services.AddSingleton<BackupVerifier>();
        builder.Services.AddSingleton<RestoreTest>();
        builder.Services.AddSingleton<BackupJob>();
        return builder;
    }
}
