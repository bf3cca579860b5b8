using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Run;

/// <summary>Finds out how a resource is run: its command, arguments, environment and ports.</summary>
internal sealed class ResourceLauncher(
    DistributedApplicationExecutionContext execution,
    RunSettings settings,
    PortAllocation ports,
    IServiceProvider services)
{
    public IServiceProvider Services => services;

    public async Task<LaunchSpecification> PrepareAsync(IResource resource, int replica, ILogger log, CancellationToken cancellationToken)
    {
        var context = new ValueProviderContext { ExecutionContext = execution, Caller = resource, OwnPorts = ports.Of(resource, replica) };
        var environment = InheritedEnvironment.Get();
        foreach (var (name, value) in await ResourceConfiguration.EnvironmentAsync(resource, execution, log, cancellationToken))
        {
            if (await ResourceValue.TextAsync(value, context, cancellationToken) is { } text)
            {
                environment[name] = text;
            }
        }

        var arguments = new List<string>();
        foreach (var value in await ResourceConfiguration.ArgumentsAsync(resource, execution, log, cancellationToken))
        {
            if (await ResourceValue.TextAsync(value, context, cancellationToken) is { } text)
            {
                arguments.Add(text);
            }
        }

        return resource switch
        {
            ProjectResource project => ProjectOutput.Launch(project, settings.AppHost, arguments, environment),
            ExecutableResource executable => new LaunchSpecification(executable.Command, arguments, executable.WorkingDirectory, environment),
            _ => throw new InvalidOperationException($"The resource '{resource.Name}' has no process."),
        };
    }

    public ImmutableArray<UrlSnapshot> UrlsOf(IResource resource, int replica) =>
        [.. ports.Of(resource, replica).Select(p => new UrlSnapshot(p.Key.Name, $"{p.Key.UriScheme}://{PortAllocation.Address}:{p.Value}", IsInternal: false))];
}
