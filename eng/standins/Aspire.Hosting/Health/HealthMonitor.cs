using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Health;

/// <summary>Runs the health checks of resources while they run, and says when one is ready.</summary>
internal sealed class HealthMonitor(
    HealthCheckService checks,
    IOptions<HealthCheckServiceOptions> registered,
    ResourceNotificationService notifications,
    IDistributedApplicationEventing eventing,
    IServiceProvider services)
{
    private static readonly TimeSpan HealthyInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestUnhealthyInterval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new(ResourceNames.Comparer);
    private Task _watching = Task.CompletedTask;

    /// <summary>The checks that decide a resource's health: its own and those of what it lives in.</summary>
    public static IReadOnlyList<string> KeysOf(IResource resource) =>
        [.. resource.WithAncestors().SelectMany(r => r.Annotations.OfType<HealthCheckAnnotation>()).Select(h => h.Key).Distinct()];

    /// <exception cref="DistributedApplicationException">A resource names a check that is not registered.</exception>
    public void Check(DistributedApplicationModel model)
    {
        var known = registered.Value.Registrations.Select(r => r.Name).ToHashSet();
        foreach (var resource in model.Resources)
        {
            if (KeysOf(resource).FirstOrDefault(key => !known.Contains(key)) is { } missing)
            {
                throw new DistributedApplicationException($"The health check '{missing}' of the resource '{resource.Name}' is not registered.");
            }
        }
    }

    public void Begin() => _watching = WatchAsync();

    public async Task EndAsync()
    {
        await _ending.CancelAsync();
        await _watching;
    }

    private async Task WatchAsync()
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(_ending.Token))
            {
                Follow(change);
            }
        }
        catch (OperationCanceledException)
        {
            // The application ends.
        }
    }

    private void Follow(ResourceEvent change)
    {
        if (change.Snapshot.State?.Text != KnownResourceStates.Running)
        {
            if (_running.TryRemove(change.ResourceId, out var earlier))
            {
                earlier.Cancel();
            }
        }
        else if (change.Resource is not IResourceWithoutLifetime && !_running.ContainsKey(change.ResourceId))
        {
            var run = _running[change.ResourceId] = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
            _ = Task.Run(() => PollAsync(change.Resource, change.ResourceId, run.Token), run.Token);
        }
    }

    private async Task PollAsync(IResource resource, string id, CancellationToken cancellationToken)
    {
        var keys = KeysOf(resource);
        var isReady = false;
        for (var failures = 0; !cancellationToken.IsCancellationRequested;)
        {
            var healthy = keys.Count == 0 || await RunAsync(resource, id, keys, cancellationToken);
            if (healthy && !isReady)
            {
                isReady = true;
                var ready = eventing.PublishAsync(new ResourceReadyEvent(resource, services), cancellationToken);
                await notifications.PublishUpdateAsync(resource, id, s => s.State?.Text == KnownResourceStates.Running ? s with { Ready = ready } : s);
            }

            if (keys.Count == 0)
            {
                return;
            }

            failures = healthy ? 0 : failures + 1;
            var pause = healthy ? HealthyInterval : TimeSpan.FromSeconds(Math.Min(failures, LongestUnhealthyInterval.TotalSeconds));
            await Task.Delay(pause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> RunAsync(IResource resource, string id, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        try
        {
            var report = await checks.CheckHealthAsync(r => keys.Contains(r.Name), cancellationToken);
            var now = DateTime.UtcNow;
            await notifications.PublishUpdateAsync(resource, id, s => cancellationToken.IsCancellationRequested ? s : s with
            {
                HealthReports =
                [
                    .. report.Entries.Select(e => new HealthReportSnapshot(e.Key, e.Value.Status, e.Value.Description, e.Value.Exception?.ToString())
                    {
                        LastRunAt = now,
                    }),
                ],
            });
            return report.Status == HealthStatus.Healthy;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
