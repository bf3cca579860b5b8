using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace ProductionReady.AppHost;

/// <summary>
/// Tells the console how the app is: once everything runs, the Api's addresses and each resource's state and health; and a
/// line whenever a resource fails or recovers. Needs no dashboard.
/// </summary>
internal sealed class ConsoleReport(ResourceNotificationService notifications, ConsoleReportOptions options, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, ResourceCondition> _conditions = [];
    private bool _settled;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var reminder = time.CreateTimer(_ => Remind(), null, Patience, Timeout.InfiniteTimeSpan);
        await foreach (var change in notifications.WatchAsync(stoppingToken))
        {
            if (options.Resources.Contains(change.Resource.Name))
            {
                lock (_conditions)
                {
                    Follow(change.Resource.Name, ResourceCondition.Of(change.Snapshot, options.OneShot.Contains(change.Resource.Name)));
                }
            }
        }
    }

    private void Follow(string name, ResourceCondition now)
    {
        var before = _conditions.GetValueOrDefault(name);
        _conditions[name] = now;
        if (now.Failed && before is not { Failed: true })
        {
            Console.Error.WriteLine($"{name} FAILED: {now}. Its log says why.");
        }
        else if (before is { Good: true } && now.Health == HealthStatus.Unhealthy)
        {
            Console.Error.WriteLine($"{name} is unhealthy: {now.Trouble}");
        }
        else if (_settled && now.Good && before is { Good: false })
        {
            Console.WriteLine($"{name} is well again.");
        }

        if (!_settled && options.Resources.All(resource => _conditions.GetValueOrDefault(resource) is { Good: true }))
        {
            _settled = true;
            Console.WriteLine($"\nProductionReady is up.\n  Api      {options.Api.Url}\n  Docs     {options.Api.Url}/docs\n  OpenAPI  {options.Api.Url}/openapi/v1.json\n\n{Table()}\nCtrl-C stops everything.");
        }
    }

    private void Remind()
    {
        lock (_conditions)
        {
            if (!_settled)
            {
                Console.WriteLine($"\nNot everything is up after {Patience.TotalSeconds:0} s:\n{Table()}");
            }
        }
    }

    private string Table() => string.Concat(options.Resources.Select(name => $"  {name,-12} {_conditions.GetValueOrDefault(name)}\n"));
}
