using ProductionReady.Api.Identity.Lockout;

namespace ProductionReady.Api.Identity.Passwords;

/// <summary>Registers passwords, and the lockout of those who guess them.</summary>
public static class PasswordServices
{
    /// <summary>Adds them; mail must be there.</summary>
    public static void AddPasswords(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<PasswordHashing>();
        services.AddSingleton<StrangeTenants>();
        services.AddScoped<SignInThrottles>();
        services.AddScoped<PasswordChange>();
        services.AddScoped<CurrentPassword>();
        services.AddScoped<ChangePassword>();
        services.AddScoped<CompletePasswordReset>();
        services.AddScoped<PasswordResetIssue>();
        services.AddSingleton<PasswordMails>();

        // After the mail's delivery, so that a stop ends it before: what it issues still leaves.
        services.AddSingleton<PasswordResetQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<PasswordResetQueue>());
    }
}
