using System.Net;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Identity.Oidc.IdTokens;
using ProductionReady.Api.Identity.Oidc.Providers;
using ProductionReady.Api.Identity.Oidc.Remote;
using ProductionReady.Api.Identity.Oidc.SignIns;
using ProductionReady.ServiceDefaults.Configuration;

namespace ProductionReady.Api.Identity.Oidc;

/// <summary>Registers signing in by identity providers.</summary>
public static class OidcServices
{
    /// <summary>Adds it; bad options keep the service from starting.</summary>
    public static void AddOidc(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<OidcOptions>().BindChecked(OidcOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OidcOptions>, OidcOptionsValidation>();

        services.AddSingleton<AddressRules>();
        services.AddSingleton<GuardedConnector>();
        services.AddHttpClient(ProviderHttp.Client, client => client.MaxResponseContentBufferSize = ProviderHttp.MaxBytes)
            .ConfigurePrimaryHttpMessageHandler(provider => new SocketsHttpHandler
            {
                // A proxy would be what is connected to, and the check on the address worth nothing. Compressed answers would grow
                // after they were measured.
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                ConnectCallback = provider.GetRequiredService<GuardedConnector>().ConnectAsync,
            });
        services.AddSingleton<ProviderHttp>();
        services.AddSingleton<ProviderDocuments>();
        services.AddSingleton<IdTokenValidator>();
        services.AddSingleton<OidcSecrets>();
        services.AddSingleton<CodeExchange>();

        services.AddScoped<ProviderRoles>();
        services.AddScoped<OidcSignIns>();
        services.AddScoped<StartOidcSignIn>();
        services.AddScoped<OidcAccounts>();
        services.AddScoped<OidcSignInAudit>();
        services.AddScoped<OidcSessions>();
        services.AddScoped<CompleteOidcSignIn>();
        services.AddScoped<OidcProviderRules>();
        services.AddScoped<OidcProviderGrants>();
        services.AddScoped<WriteOidcProviders>();
        services.AddScoped<TestOidcProvider>();
    }
}

internal sealed class OidcOptionsValidation : IValidateOptions<OidcOptions>
{
    public ValidateOptionsResult Validate(string? name, OidcOptions options) =>
        options.Faults().ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
}
