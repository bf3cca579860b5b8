using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Run;

/// <summary>
/// Shows what resources write, with their names in front, and how they are: on the AppHost's console, or in its log when it
/// runs in a test.
/// </summary>
internal sealed class ResourceConsole(
    RunSettings settings,
    ResourceLoggerService loggers,
    ResourceNotificationService notifications,
    IHostEnvironment environment,
    ILoggerFactory factory)
{
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<string, string> _shown = new();
    private Task _watching = Task.CompletedTask;
    private volatile bool _started;
    private bool _summarized;

    public void Begin()
    {
        loggers.LineAdded += Show;
        if (!settings.LogsToHost)
        {
            _watching = WatchAsync();
        }
    }

    /// <summary>Every resource has begun: as soon as none is on its way any more, the summary is shown.</summary>
    public void Started()
    {
        _started = true;
        SummarizeOnce();
    }

    public async Task EndAsync()
    {
        await _ending.CancelAsync();
        await _watching;
        loggers.LineAdded -= Show;
    }

    private void Show(string id, LogLine line)
    {
        if (settings.LogsToHost)
        {
            var log = factory.CreateLogger($"{environment.ApplicationName}.Resources.{id}");
            log.Log(line.IsErrorMessage ? LogLevel.Error : LogLevel.Information, "{Line}", line.Content);
            return;
        }

        Console.Out.WriteLine($"[{id}] {line.Content}");
    }

    private async Task WatchAsync()
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(_ending.Token))
            {
                if (change.Resource is IResourceWithoutLifetime)
                {
                    continue;
                }

                var status = ResourceStatus.Of(change.Snapshot);
                if (_shown.GetValueOrDefault(change.ResourceId) != status)
                {
                    _shown[change.ResourceId] = status;
                    Console.Out.WriteLine($"[{change.ResourceId}] is {status}");
                }

                SummarizeOnce();
            }
        }
        catch (OperationCanceledException)
        {
            // The application ends.
        }
    }

    private void SummarizeOnce()
    {
        lock (_ending)
        {
            if (!_started || _summarized || settings.LogsToHost || _shown.Values.Any(ResourceStatus.IsOnItsWay))
            {
                return;
            }

            _summarized = true;
        }

        var width = _shown.Keys.Select(k => k.Length).DefaultIfEmpty().Max();
        var lines = _shown.Order().Select(s => $"  {s.Key.PadRight(width)}  {s.Value}");
        Console.Out.WriteLine($"Distributed application started. Press Ctrl+C to shut down.{Environment.NewLine}{string.Join(Environment.NewLine, lines)}");
    }
}
