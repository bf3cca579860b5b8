using System.Reflection;
using Aspire.Hosting.Projects;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>How an AppHost runs in a test: its first launch profile, random ports, no dashboard, resources' output in the log.</summary>
internal static class TestSettings
{
    public static void Apply(
        Assembly appHost,
        string[] args,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure,
        DistributedApplicationOptions options,
        HostApplicationBuilderSettings settings)
    {
        var given = options.Args ?? [];
        options.Args = given.SequenceEqual(args) ? args : [.. given, .. args];
        options.AssemblyName = appHost.GetName().Name;
        options.DisableDashboard = true;
        options.EnableResourceLogging = true;
        settings.Args = options.Args;
        settings.ApplicationName = options.AssemblyName;
        settings.Configuration ??= new ConfigurationManager();
        settings.Configuration.AddInMemoryCollection([new("DcpPublisher:RandomizePorts", "true"), .. ProfileOf(appHost).DistinctBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase)]);
        configure(options, settings);
    }

    // The launch profile's variables, as a host would read them from its environment.
    private static IEnumerable<KeyValuePair<string, string?>> ProfileOf(Assembly appHost)
    {
        var profile = AppHostLocation.ProjectFolder(appHost) is { } folder ? LaunchSettings.Profile(folder, null, null) : null;
        foreach (var (name, value) in profile?.EnvironmentVariables ?? [])
        {
            yield return new(name, value);
            foreach (var prefix in new[] { "DOTNET_", "ASPNETCORE_" })
            {
                if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                {
                    yield return new(name[prefix.Length..], value);
                }
            }
        }
    }
}
