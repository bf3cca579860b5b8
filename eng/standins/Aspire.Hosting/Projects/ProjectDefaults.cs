using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Projects;

/// <summary>What every project gets.</summary>
internal static class ProjectDefaults
{
    public static void Apply(IResourceBuilder<ProjectResource> project, ProjectResourceOptions options)
    {
        var builder = project.ApplicationBuilder;
        project.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory");
        var profile = options.ExcludeLaunchProfile ? null : ProfileOf(project, options.LaunchProfileName);
        if (builder.ExecutionContext.IsPublishMode)
        {
            ApplyForPublishing(project, profile);
            return;
        }

        if (builder.Environment.IsDevelopment())
        {
            project.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION", "true");
            project.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION", "true");
        }

        OtlpEnvironment.Apply(project);
        project.WithEnvironment("LOGGING__CONSOLE__FORMATTERNAME", "simple");
        project.WithEnvironment("DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION", "true");
        ProjectUrls.ListenWhereEndpointsAre(project);
        if (profile is not null)
        {
            ApplyProfile(project, profile);
        }
    }

    private static LaunchProfile? ProfileOf(IResourceBuilder<ProjectResource> project, string? name)
    {
        var configuration = project.ApplicationBuilder.Configuration;
        var preferred = configuration["AppHost:DefaultLaunchProfileName"] ?? configuration["DOTNET_LAUNCH_PROFILE"];
        var folder = Path.GetDirectoryName(project.Resource.GetProjectMetadata().ProjectPath)!;
        return LaunchSettings.Profile(folder, name, preferred);
    }

    private static void ApplyProfile(IResourceBuilder<ProjectResource> project, LaunchProfile profile)
    {
        ProjectUrls.AddEndpoints(project, profile.ApplicationUrl);
        var arguments = profile.CommandLineArgs?.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        if (arguments.Length > 0)
        {
            project.WithArgs(arguments);
        }

        // What the AppHost says of the same variable counts for more.
        project.WithEnvironment(context =>
        {
            foreach (var (name, value) in profile.EnvironmentVariables ?? [])
            {
                context.EnvironmentVariables.TryAdd(name, Environment.ExpandEnvironmentVariables(value));
            }
        });
    }

    private static void ApplyForPublishing(IResourceBuilder<ProjectResource> project, LaunchProfile? profile)
    {
        project.WithEnvironment(context =>
        {
            if (project.Resource.GetEndpoints().Any())
            {
                context.EnvironmentVariables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
            }
        });
        ProjectUrls.ListenOnPorts(project);
        if (profile?.ApplicationUrl is not null)
        {
            ProjectUrls.AddPublishedEndpoints(project);
        }
    }
}
