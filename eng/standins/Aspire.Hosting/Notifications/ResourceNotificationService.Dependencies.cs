using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

public partial class ResourceNotificationService
{
    /// <summary>Waits for everything a resource waits for; the resource is Waiting meanwhile.</summary>
    /// <exception cref="DistributedApplicationException">Something it waits for failed.</exception>
    public Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken) =>
        WaitForDependenciesAsync(resource, ReplicaIds.Of(resource), cancellationToken);

    internal async Task WaitForDependenciesAsync(IResource resource, IReadOnlyList<string> replicas, CancellationToken cancellationToken)
    {
        if (!resource.TryGetAnnotationsOfType<WaitAnnotation>(out var waits))
        {
            return;
        }

        foreach (var replica in replicas)
        {
            await PublishUpdateAsync(resource, replica, s => s.State?.Text is null || s.State.Text == KnownResourceStates.Starting
                ? s with { State = KnownResourceStates.Waiting }
                : s);
        }

        var log = _loggers.GetLogger(replicas);
        await Task.WhenAll(waits.SelectMany(wait => ReplicaIds.Of(wait.Resource).Select(id => WaitAsync(wait, id, log, cancellationToken))));
    }

    private async Task WaitAsync(WaitAnnotation wait, string id, ILogger log, CancellationToken cancellationToken)
    {
        LogWaiting(log, id, wait.WaitType);
        if (wait.WaitType == WaitType.WaitForCompletion)
        {
            await WaitForCompletionAsync(wait, id, cancellationToken);
        }
        else
        {
            await WaitForStartAsync(wait, id, cancellationToken);
        }

        LogWaited(log, id);
    }

    private async Task WaitForStartAsync(WaitAnnotation wait, string id, CancellationToken cancellationToken)
    {
        var name = wait.Resource.Name;
        var behavior = wait.WaitBehavior ?? _waitBehavior;
        var reached = await WaitForResourceAsync(
            name,
            e => ResourceNames.Same(e.ResourceId, id) && (e.Snapshot.State?.Text == KnownResourceStates.Running || Gone(e.Snapshot, behavior)),
            cancellationToken);
        if (reached.Snapshot.State!.Text != KnownResourceStates.Running)
        {
            throw new DistributedApplicationException($"Dependency resource '{id}' failed to start. {Describe(id)}");
        }

        // Once it runs, only its health is awaited: that it ends meanwhile does not end the wait.
        if (wait.WaitType == WaitType.WaitUntilHealthy)
        {
            var ready = await WaitForResourceAsync(
                name,
                e => ResourceNames.Same(e.ResourceId, id) && e.Snapshot.Ready is not null,
                cancellationToken);
            await ready.Snapshot.Ready!.WaitAsync(cancellationToken);
        }
    }

    private async Task WaitForCompletionAsync(WaitAnnotation wait, string id, CancellationToken cancellationToken)
    {
        var ended = await WaitForResourceAsync(
            wait.Resource.Name,
            e => ResourceNames.Same(e.ResourceId, id) && e.Snapshot.State?.Text is { } s && KnownResourceStates.TerminalStates.Contains(s),
            cancellationToken);
        var snapshot = ended.Snapshot;
        if (snapshot.State!.Text == KnownResourceStates.FailedToStart)
        {
            throw new DistributedApplicationException($"Dependency resource '{id}' failed to start.");
        }

        if (snapshot.ExitCode != wait.ExitCode)
        {
            throw new DistributedApplicationException(
                $"Resource '{id}' has entered the '{snapshot.State.Text}' state with exit code '{snapshot.ExitCode}', expected '{wait.ExitCode}'.");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for resource {Resource} ({WaitType})")]
    private static partial void LogWaiting(ILogger log, string resource, WaitType waitType);

    [LoggerMessage(Level = LogLevel.Information, Message = "Finished waiting for resource {Resource}")]
    private static partial void LogWaited(ILogger log, string resource);
}
