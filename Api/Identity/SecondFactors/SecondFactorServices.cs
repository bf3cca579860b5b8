using Microsoft.Extensions.Options;
using ProductionReady.ServiceDefaults.Configuration;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>Registers second factors.</summary>
public static class SecondFactorServices
{
    /// <summary>Adds them; bad options keep the service from starting.</summary>
    public static void AddSecondFactors(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<SecondFactorOptions>().BindChecked(SecondFactorOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SecondFactorOptions>, SecondFactorOptionsValidation>();
        services.AddSingleton<SecondFactorSecrets>();
        services.AddScoped<SecondFactorStore>();
        services.AddScoped<SecondFactorAttempts>();
        services.AddScoped<SecondFactorCheck>();
        services.AddScoped<SignInChallenges>();
        services.AddScoped<CompleteSignIn>();
        services.AddScoped<EnrolSecondFactor>();
        services.AddScoped<ConfirmSecondFactor>();
        services.AddScoped<ChangeSecondFactor>();
        services.AddScoped<SecondFactorPolicies>();
    }
}

internal sealed class SecondFactorOptionsValidation : IValidateOptions<SecondFactorOptions>
{
    public ValidateOptionsResult Validate(string? name, SecondFactorOptions options) =>
        options.Faults().ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
}
