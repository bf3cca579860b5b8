using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ProductionReady.Worker.Maintenance;

/// <summary>Registers maintenance.</summary>
public static class MaintenanceExtensions
{
    /// <summary>Adds the token cleanup; who schedules it is the caller's.</summary>
    public static IHostApplicationBuilder AddMaintenance(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<TokenCleanupOptions>(TokenCleanupOptions.Section);
        builder.Services.TryAddSingleton<TenantWalk>();
        builder.Services.AddSingleton<TokenBatches>();
        builder.Services.AddSingleton<TokenCleanup>();
        return builder;
    }
}
