using Microsoft.Extensions.DependencyInjection.Extensions;
using ProductionReady.Worker.Maintenance;

namespace ProductionReady.Worker.Tenants;

/// <summary>Registers the erasure of tenants and the measuring of what they use.</summary>
public static class TenantLifeExtensions
{
    /// <summary>Adds them; who schedules them is the caller's.</summary>
    public static IHostApplicationBuilder AddTenantLife(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ErasureOptions>(ErasureOptions.Section);
        builder.AddValidatedOptions<UsageOptions>(UsageOptions.Section);
        builder.AddValidatedOptions<DirectoryOptions>(DirectoryOptions.Section);
        builder.Services.TryAddSingleton<TenantWalk>();
        builder.Services.AddSingleton<DirectoryRefresh>();
        builder.Services.AddSingleton<TenantDeletion>();
        builder.Services.AddSingleton<TenantBurial>();
        builder.Services.AddSingleton<TenantErasure>();
        builder.Services.AddSingleton<UsageMeasuring>();
        return builder;
    }
}
