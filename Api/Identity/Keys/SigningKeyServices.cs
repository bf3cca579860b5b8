using Microsoft.Extensions.Options;
using ProductionReady.ServiceDefaults.Configuration;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>Registers what the service and the <c>keys</c> commands have in common.</summary>
public static class SigningKeyServices
{
    /// <summary>Adds the options, the stored keys, and what changes them; bad options keep the process from starting.</summary>
    public static void AddSigningKeys(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<IdentityOptions>().BindChecked(IdentityOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IdentityOptions>, IdentityOptionsValidation>();
        services.AddSingleton<DerivedKeys>();
        services.AddSingleton(provider => new KeyWrapping(provider.GetRequiredService<DerivedKeys>().AllFor(KeyWrapping.Purpose)));
        services.AddScoped<SigningKeyStore>();
        services.AddScoped<KeyRotation>();
        services.AddScoped<KeyRewrapping>();
    }
}

internal sealed class IdentityOptionsValidation : IValidateOptions<IdentityOptions>
{
    public ValidateOptionsResult Validate(string? name, IdentityOptions options) =>
        options.Faults().ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
}
