using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Identity.Keys;
using ProductionReady.Api.Identity.Passwords;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.ServiceDefaults.Configuration;

namespace ProductionReady.Api.Identity;

/// <summary>Registers signing in, tokens and permissions.</summary>
public static class IdentityExtensions
{
    /// <summary>Adds them; bad options keep the service from starting.</summary>
    public static void AddIdentity(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<IdentityOptions>().BindChecked(IdentityOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IdentityOptions>, IdentityOptionsValidation>();

        services.AddSingleton<DerivedKeys>();
        services.AddSingleton(provider => new KeyWrapping(provider.GetRequiredService<DerivedKeys>().For(KeyWrapping.Purpose)));
        services.AddScoped<SigningKeyStore>();
        services.AddSingleton<SigningKeyRing>();
        services.AddSingleton<IVerificationKeys>(provider => provider.GetRequiredService<SigningKeyRing>());
        services.AddSingleton<IStartCheck, KeyEncryptionKeyCheck>();
        services.AddHostedService<ReloadSigningKeys>();

        services.AddSingleton<AccessTokenIssuer>();
        services.AddSingleton<AccessTokenValidator>();
        services.AddSingleton<AccessTokenCache>();
        services.AddSingleton<PasswordHashing>();

        services.AddSingleton<RevokedSessions>();
        services.AddSingleton<RevocationFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<RevocationFeed>());
        services.AddScoped<SessionCheck>();
        services.AddScoped<SessionEnding>();
        services.AddScoped<SessionTokens>();
        services.AddScoped<Login>();
        services.AddScoped<Refresh>();

        services.AddAuthentication(BearerHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.SchemeName, null);
        services.AddAuthorization();
        services.AddSingleton<IAuthorizationHandler, RequiredPermissionHandler>();
        services.AddSingleton<IAuthorizationHandler, UserRequiredHandler>();
        services.AddScoped<RoleCatalog>();
    }
}

internal sealed class IdentityOptionsValidation : IValidateOptions<IdentityOptions>
{
    public ValidateOptionsResult Validate(string? name, IdentityOptions options) =>
        options.Faults().ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
}
