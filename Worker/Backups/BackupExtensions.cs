namespace ProductionReady.Worker.Backups;

/// <summary>Registers backups.</summary>
public static class BackupExtensions
{
    /// <summary>Adds backups; who schedules them is the caller's.</summary>
    public static IHostApplicationBuilder AddBackups(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<BackupOptions>(BackupOptions.Section);
        builder.Services.AddSingleton<BackupFolder>();
        builder.Services.AddSingleton<BackupCatalog>();
        builder.Services.AddSingleton<BackupCreator>();
        builder.Services.AddSingleton<BackupVerifier>();
        builder.Services.AddSingleton<RestoreTest>();
        builder.Services.AddSingleton<BackupJob>();
        return builder;
    }
}
