using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Run;

/// <summary>Tells the states of one replica, and of what lives inside its resource.</summary>
internal sealed class InstanceStates(IResource resource, string id, IServiceProvider services)
{
    private readonly ResourceNotificationService _notifications = services.GetRequiredService<ResourceNotificationService>();
    private readonly IDistributedApplicationEventing _eventing = services.GetRequiredService<IDistributedApplicationEventing>();
    private readonly DistributedApplicationModel _model = services.GetRequiredService<DistributedApplicationModel>();

    /// <summary>Starting, then Waiting if it waits; returns when it may start.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await TellAsync(KnownResourceStates.Starting, s => s with
        {
            ExitCode = null,
            StartTimeStamp = null,
            StopTimeStamp = null,
            Ready = null,
        });
        foreach (var connectable in Family().OfType<IResourceWithConnectionString>())
        {
            await _eventing.PublishAsync(new ConnectionStringAvailableEvent(connectable, services), cancellationToken);
        }

        await _notifications.WaitForDependenciesAsync(resource, [id], cancellationToken);
        await TellAsync(KnownResourceStates.Starting, s => s);
        await _eventing.PublishAsync(new BeforeResourceStartedEvent(resource, services), cancellationToken);
    }

    public Task RunningAsync(int? pid, ImmutableArray<UrlSnapshot> urls) => TellAsync(KnownResourceStates.Running, s => s with
    {
        StartTimeStamp = DateTime.UtcNow,
        Urls = urls,
        Properties = [.. s.Properties.Where(p => p.Name != "executable.pid"), new("executable.pid", pid)],
    });

    public Task StoppingAsync() => TellAsync(KnownResourceStates.Stopping, s => s);

    public Task NotStartedAsync() => TellAsync(KnownResourceStates.NotStarted, s => s);

    public Task FailedToStartAsync() => TellAsync(KnownResourceStates.FailedToStart, s => s with { StopTimeStamp = DateTime.UtcNow });

    public async Task FinishedAsync(int exitCode)
    {
        await TellAsync(KnownResourceStates.Finished, s => s with { ExitCode = exitCode, StopTimeStamp = DateTime.UtcNow });
        if (_notifications.TryGetCurrentState(id, out var last))
        {
            await _eventing.PublishAsync(new ResourceStoppedEvent(resource, services, last));
        }
    }

    // The reports of health checks begin anew with each state: none of them says anything about a process that is gone.
    private async Task TellAsync(string state, Func<CustomResourceSnapshot, CustomResourceSnapshot> change)
    {
        await _notifications.PublishUpdateAsync(resource, id, s => change(s) with
        {
            State = new(state, StyleOf(state)),
            HealthReports = HealthReportsOf(resource),
        });
        foreach (var child in Family().Skip(1))
        {
            await _notifications.PublishUpdateAsync(child, s => change(s) with
            {
                State = new(state, StyleOf(state)),
                HealthReports = HealthReportsOf(child),
            });
        }
    }

    private static ImmutableArray<HealthReportSnapshot> HealthReportsOf(IResource resource) =>
        [.. Health.HealthMonitor.KeysOf(resource).Select(key => new HealthReportSnapshot(key, null, null, null))];

    private static string? StyleOf(string state) =>
        state == KnownResourceStates.FailedToStart ? KnownResourceStateStyles.Error
        : state == KnownResourceStates.Running ? KnownResourceStateStyles.Success
        : null;

    private IEnumerable<IResource> Family() => Below(resource).Prepend(resource);

    private IEnumerable<IResource> Below(IResource parent) => _model.Resources.OfType<IResourceWithParent>()
        .Where(r => r.Parent == parent && r is not (ExecutableResource or ProjectResource or ContainerResource))
        .SelectMany(r => Below(r).Prepend(r));
}
