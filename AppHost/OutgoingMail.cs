using Microsoft.Extensions.Hosting;

namespace ProductionReady.AppHost;

/// <summary>Tells a service how its mail leaves.</summary>
internal static class OutgoingMail
{
    /// <summary>
    /// A run in development keeps it in a folder, where the log says it is. Everything else takes a mail server from parameters,
    /// without which the service does not start: nobody would get the mail.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithOutgoingMail(this IResourceBuilder<ProjectResource> service, string folder)
    {
        var builder = service.ApplicationBuilder;
        if (builder.ExecutionContext.IsRunMode && builder.Environment.IsDevelopment())
        {
            return service.WithEnvironment("Mail__Kind", "folder").WithEnvironment("Mail__Folder", folder);
        }

        return service
            .WithEnvironment("Mail__Kind", "smtp")
            .WithEnvironment("Mail__PublicUrl", builder.AddParameter("mail-public-url"))
            .WithEnvironment("Mail__From", builder.AddParameter("mail-from"))
            .WithEnvironment("Mail__Smtp__Host", builder.AddParameter("smtp-host"))
            .WithEnvironment("Mail__Smtp__Port", builder.AddParameter("smtp-port", "587", publishValueAsDefault: true))
            .WithEnvironment("Mail__Smtp__User", builder.AddParameter("smtp-user"))
            .WithEnvironment("Mail__Smtp__Password", builder.AddParameter("smtp-password", secret: true));
    }
}
