using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Health;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Run;

/// <summary>Starts all resources with the application, and stops them with it.</summary>
internal sealed class Orchestrator(
    DistributedApplicationModel model,
    ProcessRunner runner,
    PortAllocation ports,
    HealthMonitor health,
    ResourceConsole console,
    PassiveResources passive,
    IDistributedApplicationEventing eventing,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    IServiceProvider services) : IHostedService
{
    private Task _stopped = Task.CompletedTask;
    private bool _started;

    /// <summary>Returns when every process runs, has failed, or waits for nothing more.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _started = true;
        health.Check(model);
        console.Begin();
        health.Begin();
        await passive.ShowParametersAsync(cancellationToken);
        foreach (var resource in model.Resources.OfType<IResourceWithEndpoints>())
        {
            ports.Allocate(resource);
            await eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, services), cancellationToken);
        }

        var starting = new List<Task>();
        foreach (var resource in model.Resources)
        {
            var initialize = new InitializeResourceEvent(resource, eventing, loggers, notifications, services);
            starting.Add(passive.InitializeAsync(initialize, cancellationToken));
        }

        starting.AddRange(runner.Instances.Select(i => i.Resource.HasAnnotationOfType<ExplicitStartupAnnotation>()
            ? notifications.PublishUpdateAsync(i.Resource, i.Id, s => s with { State = KnownResourceStates.NotStarted })
            : i.StartAsync(cancellationToken)));
        await Task.WhenAll(starting);
        cancellationToken.ThrowIfCancellationRequested();
        console.Started();
    }

    /// <summary>Stops what others need after those others. A second Ctrl-C ends all patience.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (_started)
        {
            _started = false;
            _stopped = StopAllAsync(cancellationToken);
        }

        return _stopped;
    }

    private async Task StopAllAsync(CancellationToken cancellationToken)
    {
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            hurry.Cancel();
        });
        await StopOrder.StopAsync(runner.Instances, i => i.StopAsync(hurry.Token));
        await health.EndAsync();
        await console.EndAsync();
    }
}
