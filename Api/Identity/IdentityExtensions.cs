using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Identity.Keys;
using ProductionReady.Api.Identity.Passwords;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.ServiceDefaults;
using ProductionReady.ServiceDefaults.Configuration;

namespace ProductionReady.Api.Identity;

/// <summary>Registers signing in, tokens and permissions.</summary>
public static class IdentityExtensions
{
    /// <summary>Adds them; bad options keep the service from starting.</summary>
    public static void AddIdentity(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddSigningKeys();
        services.AddSingleton<SigningKeyRing>();
        services.AddSingleton<IVerificationKeys>(provider => provider.GetRequiredService<SigningKeyRing>());
        services.AddSingleton<IStartCheck, KeyEncryptionKeyCheck>();
        services.AddHostedService<SigningKeySchedule>();

        services.AddSingleton<AccessTokenIssuer>();
        services.AddSingleton<AccessTokenValidator>();
        services.AddSingleton<AccessTokenCache>();
        builder.AddPasswords();

        services.AddSingleton<RevocationMemory>();
        services.AddSingleton(provider => new RevocationReader(
            provider.GetRequiredService<IConfiguration>().GetConnectionString(ResourceNames.ApiDatabase)!));
        services.AddHostedService<RevocationFeed>();
        services.AddHostedService<OwnRevocationFeed>();
        services.AddScoped<SessionCheck>();
        services.AddScoped<SessionEnding>();
        services.AddSingleton<RefreshSuccessor>();
        services.AddScoped<RefreshExchange>();
        services.AddScoped<SessionTokens>();
        services.AddScoped<Login>();
        services.AddScoped<Refresh>();

        services.AddAuthentication(BearerHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.SchemeName, null);
        services.AddAuthorization();
        services.AddSingleton<IAuthorizationHandler, RequiredPermissionHandler>();
        services.AddSingleton<IAuthorizationHandler, UserRequiredHandler>();
        services.AddScoped<RoleCatalog>();
        services.AddScoped<GrantPolicy>();
        services.AddScoped<AccessChanges>();
    }
}
