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
    private readonly Dictionary<string, string> _shown = [];
    private Task _watching = Task.CompletedTask;

    public void Begin()
    {
        loggers.LineAdded += Show;
        if (!settings.LogsToHost)
        {
            _watching = WatchAsync();
        }
    }

    public void Started()
    {
        if (!settings.LogsToHost)
        {
            Console.Out.WriteLine("Distributed application started. Press Ctrl+C to shut down.");
        }
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
                    if (!ResourceStatus.IsPassing(change.Snapshot))
                    {
                        Console.Out.WriteLine($"[{change.ResourceId}] is {status}");
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The application ends.
        }
    }
}
