using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Run;

/// <summary>The replicas of all resources with a process.</summary>
internal sealed class ProcessRunner(DistributedApplicationModel model, IServiceProvider services)
{
    private readonly Lazy<IReadOnlyList<ResourceInstance>> _instances = new(() => InstancesOf(model, services));

    public IReadOnlyList<ResourceInstance> Instances => _instances.Value;

    public static bool Runs(IResource resource) => resource is ExecutableResource or ProjectResource;

    /// <summary>Carries out a command on one replica.</summary>
    public async Task<ExecuteCommandResult> ExecuteAsync(IResource resource, string id, string command, CancellationToken cancellationToken)
    {
        if (Instances.FirstOrDefault(i => ResourceNames.Same(i.Id, id)) is not { } instance)
        {
            return CommandResults.Failure($"The resource '{resource.Name}' has no process.");
        }

        if (command == KnownResourceCommands.StartCommand)
        {
            return await instance.StartAsync(cancellationToken);
        }

        if (command == KnownResourceCommands.StopCommand)
        {
            return await instance.StopAsync(cancellationToken);
        }

        if (command == KnownResourceCommands.RestartCommand)
        {
            await instance.StopAsync(cancellationToken);
            return await instance.StartAsync(cancellationToken);
        }

        return resource.Annotations.OfType<ResourceCommandAnnotation>().FirstOrDefault(own => own.Name == command) is { } given
            ? await given.ExecuteCommand(new ExecuteCommandContext { ServiceProvider = services, ResourceName = id, CancellationToken = cancellationToken })
            : CommandResults.Failure($"The resource '{resource.Name}' has no command '{command}'.");
    }

    private static IReadOnlyList<ResourceInstance> InstancesOf(DistributedApplicationModel model, IServiceProvider services)
    {
        var launcher = ActivatorUtilities.CreateInstance<ResourceLauncher>(services);
        var loggers = services.GetRequiredService<ResourceLoggerService>();
        return
        [
            .. model.Resources.Where(Runs).SelectMany(resource => Enumerable.Range(0, resource.GetReplicaCount())
                .Select(replica => new ResourceInstance(resource, replica, launcher, loggers))),
        ];
    }
}
