using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

public partial class ResourceNotificationService
{
    /// <summary>Waits until a resource is in a state; Running unless said.</summary>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    /// <summary>Waits until a resource is in one of some states, and returns which.</summary>
    public async Task<string> WaitForResourceAsync(
        string resourceName,
        IEnumerable<string> targetStates,
        CancellationToken cancellationToken = default)
    {
        var wanted = targetStates.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var reached = await WaitForResourceAsync(
            resourceName,
            e => e.Snapshot.State?.Text is { } state && wanted.Contains(state),
            cancellationToken);
        return reached.Snapshot.State!.Text;
    }

    /// <summary>Waits until something holds for a resource.</summary>
    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName,
        Func<ResourceEvent, bool> predicate,
        CancellationToken cancellationToken = default)
    {
        try
        {
            await foreach (var change in WatchAsync(cancellationToken))
            {
                if (ResourceNames.Same(change.Resource.Name, resourceName) && predicate(change))
                {
                    return change;
                }
            }
        }
        catch (OperationCanceledException e)
        {
            throw new OperationCanceledException(
                $"The resource '{resourceName}' did not become what was waited for. {Describe(resourceName)}",
                e,
                cancellationToken);
        }

        throw new OperationCanceledException($"The application ended while the resource '{resourceName}' was waited for.");
    }

    /// <summary>Waits until a resource runs and is healthy.</summary>
    /// <exception cref="DistributedApplicationException">It failed, and waiting does not go on then.</exception>
    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, _waitBehavior, cancellationToken);

    /// <inheritdoc cref="WaitForResourceHealthyAsync(string, CancellationToken)" />
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName,
        WaitBehavior waitBehavior,
        CancellationToken cancellationToken = default)
    {
        var change = await WaitForResourceAsync(
            resourceName,
            e => e.Snapshot is { HealthStatus: HealthStatus.Healthy, Ready: not null } || Gone(e.Snapshot, waitBehavior),
            cancellationToken);
        if (change.Snapshot.HealthStatus != HealthStatus.Healthy)
        {
            throw new DistributedApplicationException(
                $"Stopped waiting for resource '{resourceName}' to become healthy because it failed to start. {Describe(resourceName)}");
        }

        await change.Snapshot.Ready!.WaitAsync(cancellationToken);
        return change;
    }

    /// <summary>Whether there is no point in waiting for more from a resource.</summary>
    private static bool Gone(CustomResourceSnapshot snapshot, WaitBehavior behavior) =>
        behavior == WaitBehavior.StopOnResourceUnavailable
        && snapshot.State?.Text is { } state
        && (KnownResourceStates.TerminalStates.Contains(state) || state == KnownResourceStates.RuntimeUnhealthy);

    private string Describe(string resourceName)
    {
        if (!TryGetCurrentState(resourceName, out var last))
        {
            return "Nothing is known of its state.";
        }

        var snapshot = last.Snapshot;
        var exit = snapshot.ExitCode is { } code ? $", exit code {code}" : "";
        var health = string.Concat(snapshot.HealthReports.Select(r =>
            $" {r.Name}: {r.Status?.ToString() ?? "not run"}{(r.Description is null ? "" : $", {r.Description}")}{(r.ExceptionText is null ? "" : $", {r.ExceptionText}")}."));
        return $"It is {snapshot.State?.Text ?? "in no state"}{exit}.{health}";
    }
}
