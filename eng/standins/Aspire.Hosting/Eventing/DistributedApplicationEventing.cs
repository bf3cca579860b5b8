using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Eventing;

/// <summary>What is called back.</summary>
public class DistributedApplicationEventSubscription(Func<IDistributedApplicationEvent, CancellationToken, Task> callback)
{
    /// <summary>The callback.</summary>
    public Func<IDistributedApplicationEvent, CancellationToken, Task> Callback { get; } = callback;
}

/// <inheritdoc />
public class DistributedApplicationEventing : IDistributedApplicationEventing
{
    private readonly Lock _changes = new();
    private Subscription[] _subscriptions = [];

    /// <inheritdoc />
    public DistributedApplicationEventSubscription Subscribe<T>(Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationEvent => Add<T>(null, callback);

    /// <inheritdoc />
    public DistributedApplicationEventSubscription Subscribe<T>(IResource resource, Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationResourceEvent => Add<T>(resource, callback);

    /// <inheritdoc />
    public void Unsubscribe(DistributedApplicationEventSubscription subscription)
    {
        lock (_changes)
        {
            _subscriptions = [.. _subscriptions.Where(s => s.Handle != subscription)];
        }
    }

    /// <inheritdoc />
    public async Task PublishAsync<T>(T @event, CancellationToken cancellationToken = default)
        where T : IDistributedApplicationEvent
    {
        var about = (@event as IDistributedApplicationResourceEvent)?.Resource;
        foreach (var subscription in _subscriptions)
        {
            if (subscription.Event == typeof(T) && (subscription.Resource is null || subscription.Resource == about))
            {
                await subscription.Handle.Callback(@event, cancellationToken);
            }
        }
    }

    private DistributedApplicationEventSubscription Add<T>(IResource? resource, Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationEvent
    {
        var handle = new DistributedApplicationEventSubscription((e, cancellationToken) => callback((T)e, cancellationToken));
        lock (_changes)
        {
            _subscriptions = [.. _subscriptions, new(typeof(T), resource, handle)];
        }

        return handle;
    }

    private sealed record Subscription(Type Event, IResource? Resource, DistributedApplicationEventSubscription Handle);
}
