using Microsoft.Extensions.Options;
using ProductionReady.ServiceDefaults.Configuration;

namespace ProductionReady.Api.Mail;

/// <summary>Registers outgoing mail.</summary>
public static class MailExtensions
{
    /// <summary>Adds it; bad options keep the service from starting.</summary>
    public static void AddMail(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<MailOptions>()
            .Configure(options => (options.Kind, options.From, options.PublicUrl) = builder.Environment.IsDevelopment()
                ? (MailKind.Folder, "no-reply@productionready.example", "http://localhost:5080")
                : (MailKind.Smtp, "", ""))
            .BindChecked(MailOptions.Section)
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailOptions>, MailOptionsValidation>();
        services.AddSingleton<MailMetrics>();
        services.AddSingleton<MailQueue>();
        services.AddSingleton<IMailSender>(provider => provider.GetRequiredService<MailQueue>());
        services.AddSingleton<IMailTransport>(provider =>
            provider.GetRequiredService<IOptions<MailOptions>>().Value.Kind == MailKind.Folder
                ? ActivatorUtilities.CreateInstance<FolderTransport>(provider)
                : ActivatorUtilities.CreateInstance<SmtpTransport>(provider));
        services.AddHostedService<MailDelivery>();
    }
}

internal sealed class MailOptionsValidation(IHostEnvironment environment) : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options) =>
        options.Faults(environment.IsDevelopment()).ToList() is { Count: > 0 } faults
            ? ValidateOptionsResult.Fail(faults)
            : ValidateOptionsResult.Success;
}
