using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Knows the state of every resource and tells when it changes.</summary>
public partial class ResourceNotificationService : IDisposable
{
    private readonly Lock _states = new();
    private readonly Dictionary<string, ResourceEvent> _last = new(ResourceNames.Comparer);
    private readonly List<Channel<ResourceEvent>> _watchers = [];
    private readonly CancellationTokenSource _disposed = new();
    private readonly ILogger<ResourceNotificationService> _logger;
    private readonly ResourceLoggerService _loggers;
    private readonly WaitBehavior _waitBehavior;

    /// <summary>Made by the application.</summary>
    public ResourceNotificationService(
        ILogger<ResourceNotificationService> logger,
        IHostApplicationLifetime hostApplicationLifetime,
        IServiceProvider serviceProvider,
        ResourceLoggerService resourceLoggerService)
    {
        _logger = logger;
        _loggers = resourceLoggerService;
        _waitBehavior = serviceProvider.GetService<IOptions<ResourceNotificationServiceOptions>>()?.Value.DefaultWaitBehavior
            ?? WaitBehavior.StopOnResourceUnavailable;
    }

    /// <summary>Tells a new state of a resource, made from the last one, for all its replicas.</summary>
    public async Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        foreach (var id in ReplicaIds.Of(resource))
        {
            await PublishUpdateAsync(resource, id, stateFactory);
        }
    }

    /// <summary>Tells a new state of one replica of a resource, made from the last one.</summary>
    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(stateFactory);
        lock (_states)
        {
            var before = _last.TryGetValue(resourceId, out var last) ? last.Snapshot : InitialSnapshot.Of(resource);
            var next = new ResourceEvent(resource, resourceId, stateFactory(before));
            _last[resourceId] = next;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(next);
            }

            if (next.Snapshot.State?.Text is { } state && state != before.State?.Text)
            {
                LogState(resourceId, state);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The last state of each resource, and from then on every change.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed.Token);
        var channel = Channel.CreateUnbounded<ResourceEvent>(new() { SingleReader = true });
        lock (_states)
        {
            foreach (var last in _last.Values)
            {
                channel.Writer.TryWrite(last);
            }

            _watchers.Add(channel);
        }

        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(ended.Token))
            {
                yield return change;
            }
        }
        finally
        {
            lock (_states)
            {
                _watchers.Remove(channel);
            }
        }
    }

    /// <summary>The last state of a replica.</summary>
    /// <param name="resourceId">The replica, or the resource's name when there is one.</param>
    /// <param name="resourceEvent">The state.</param>
    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_states)
        {
            return _last.TryGetValue(resourceId, out resourceEvent);
        }
    }

    /// <summary>Ends all watching and waiting.</summary>
    public void Dispose()
    {
        _disposed.Cancel();
        GC.SuppressFinalize(this);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Resource {Resource} is {State}")]
    private partial void LogState(string resource, string state);
}
