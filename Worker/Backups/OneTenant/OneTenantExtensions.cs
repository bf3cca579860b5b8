namespace ProductionReady.Worker.Backups.OneTenant;

/// <summary>Registers the restore of one tenant.</summary>
public static class OneTenantExtensions
{
    /// <summary>Adds it.</summary>
    public static IHostApplicationBuilder AddOneTenantRestore(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RestorableTenants>();
        builder.Services.AddSingleton<RestoreRequests>();
        builder.Services.AddSingleton<TenantRecovery>();
        builder.Services.AddSingleton<TenantRestore>();
        return builder;
    }
}
