using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A line of a resource's log.</summary>
public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);

/// <summary>Keeps what each resource writes, and what is written about it.</summary>
public class ResourceLoggerService : IDisposable
{
    private readonly ConcurrentDictionary<string, ResourceLog> _logs = new(ResourceNames.Comparer);

    /// <summary>A line was added to the log of a replica.</summary>
    internal event Action<string, LogLine>? LineAdded;

    /// <summary>Writes to the log of a resource.</summary>
    public ILogger GetLogger(IResource resource) => GetLogger(ReplicaIds.Of(resource));

    /// <summary>Writes to the log of a resource, or of one of its replicas.</summary>
    public ILogger GetLogger(string resourceName) => new ResourceLogger([LogOf(resourceName)]);

    /// <summary>The lines so far, and from then on every new one, until the resource has ended.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) => WatchAsync(ReplicaIds.Of(resource)[0]);

    /// <inheritdoc cref="WatchAsync(IResource)" />
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => LogOf(resourceName).WatchAsync();

    /// <summary>The lines so far.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource) =>
        ReplicaIds.Of(resource).Select(id => LogOf(id).Lines()).ToAsyncEnumerable();

    /// <summary>Says that no more lines will come.</summary>
    public void Complete(IResource resource)
    {
        foreach (var id in ReplicaIds.Of(resource))
        {
            LogOf(id).Complete();
        }
    }

    /// <summary>Says that no more lines will come.</summary>
    public void Complete(string name) => LogOf(name).Complete();

    /// <summary>Ends all watching.</summary>
    public void Dispose()
    {
        foreach (var log in _logs.Values)
        {
            log.Complete();
        }

        GC.SuppressFinalize(this);
    }

    internal ILogger GetLogger(IReadOnlyList<string> ids) => new ResourceLogger(ids.Select(LogOf).ToArray());

    internal void Write(string id, string line, bool isError) => LogOf(id).Add(line, isError);

    internal IReadOnlyList<LogLine> LastLines(string id, int count) => LogOf(id).Last(count);

    private ResourceLog LogOf(string id) => _logs.GetOrAdd(id, static (id, service) => new ResourceLog(line => service.LineAdded?.Invoke(id, line)), this);
}
