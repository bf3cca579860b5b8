using Microsoft.Extensions.DependencyInjection.Extensions;
using ProductionReady.Api.Identity.Oidc;
using ProductionReady.Api.Identity.SecondFactors;
using ProductionReady.Api.Platform;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>Registers what wraps tenants' secrets anew.</summary>
public static class TenantSecretServices
{
    /// <summary>Adds it, with every kind of secret that tenants have.</summary>
    public static void AddTenantSecretRewrapping(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton<SecondFactorSecrets>();
        services.TryAddSingleton<OidcSecrets>();
        services.TryAddScoped<PlatformTenants>();
        services.AddScoped<ITenantSecrets, TenantSecondFactors>();
        services.AddScoped<ITenantSecrets, TenantClientSecrets>();
        services.AddSingleton<TenantSecretRewrapping>();
    }
}
