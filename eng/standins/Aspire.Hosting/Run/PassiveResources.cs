using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Run;

/// <summary>Brings resources without a process here to life: parameters, connection strings, containers, those of others' making.</summary>
internal sealed partial class PassiveResources(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    IDistributedApplicationEventing eventing,
    ILogger<PassiveResources> logger)
{
    /// <summary>Asks every parameter for its value, so that a missing one is seen before anything needs it.</summary>
    public async Task ShowParametersAsync(CancellationToken cancellationToken)
    {
        foreach (var parameter in model.Resources.OfType<ParameterResource>())
        {
            try
            {
                var value = await parameter.GetValueAsync(cancellationToken);
                await notifications.PublishUpdateAsync(parameter, s => s with
                {
                    State = KnownResourceStates.Running,
                    Properties = [new("Value", value) { IsSensitive = parameter.Secret }],
                });
            }
            catch (MissingParameterValueException e)
            {
                LogMissing(parameter.Name, e.Message);
                await notifications.PublishUpdateAsync(parameter, s => s with
                {
                    State = new(KnownResourceStates.ValueMissing, KnownResourceStateStyles.Warn),
                });
            }
        }
    }

    /// <summary>Lets the subscribers of a resource begin it; a failure shows in its state.</summary>
    public async Task InitializeAsync(InitializeResourceEvent initialize, CancellationToken cancellationToken)
    {
        try
        {
            await eventing.PublishAsync(initialize, cancellationToken);
            switch (initialize.Resource)
            {
                case ContainerResource container:
                    LogContainer(container.Name);
                    await TellAsync(container, KnownResourceStates.RuntimeUnhealthy, KnownResourceStateStyles.Error);
                    break;
                case ConnectionStringResource connection:
                    await ConnectAsync(connection, initialize, cancellationToken);
                    break;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await TellAsync(initialize.Resource, KnownResourceStates.NotStarted, null);
        }
        catch (Exception e)
        {
            // Whatever its subscribers do wrong, the application goes on and the state tells.
            LogFailed(initialize.Logger, initialize.Resource.Name, e.Message);
            await TellAsync(initialize.Resource, KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error);
        }
    }

    private async Task ConnectAsync(ConnectionStringResource connection, InitializeResourceEvent initialize, CancellationToken cancellationToken)
    {
        await TellAsync(connection, KnownResourceStates.Starting, null);
        await notifications.WaitForDependenciesAsync(connection, cancellationToken);
        await eventing.PublishAsync(new BeforeResourceStartedEvent(connection, initialize.Services), cancellationToken);
        await TellAsync(connection, KnownResourceStates.Running, KnownResourceStateStyles.Success);
        await eventing.PublishAsync(new ConnectionStringAvailableEvent(connection, initialize.Services), cancellationToken);
    }

    // What lives in a container shares its fate.
    private async Task TellAsync(IResource resource, string state, string? style)
    {
        foreach (var member in model.Resources.Where(r => r == resource || (resource is ContainerResource && r.WithAncestors().Contains(resource))))
        {
            await notifications.PublishUpdateAsync(member, s => s with { State = new(state, style) });
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Parameter {Parameter} has no value: {Reason}")]
    private partial void LogMissing(string parameter, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Container {Resource} does not run: the stand-ins for Aspire run no containers")]
    private partial void LogContainer(string resource);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Resource} failed to start: {Reason}")]
    private static partial void LogFailed(ILogger log, string resource, string reason);
}
