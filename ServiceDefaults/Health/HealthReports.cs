using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace ProductionReady.ServiceDefaults.Health;

/// <summary>
/// Runs the health checks at most once a second, however many probes ask, and never waits for a check that ignores its time
/// limit.
/// </summary>
/// <remarks>
/// A fault shows within 1 s (an older report) + 2 s (<see cref="HealthDefaults.CheckTimeout"/>) + 0.5 s, which is less than the
/// 5 s the design promises.
/// </remarks>
public sealed partial class HealthReports(HealthCheckService checks, TimeProvider time, ILogger<HealthReports> logger)
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GiveUpAfter = HealthDefaults.CheckTimeout + TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private Task<HealthReport>? _latest;
    private long _startedAt;
    private string _told = "";

    /// <summary>The report of the last second, or a new one.</summary>
    public async Task<HealthReport> LatestAsync(CancellationToken cancellationToken)
    {
        Task<HealthReport> report;
        lock (_gate)
        {
            if (_latest is null || time.GetElapsedTime(_startedAt) > KeepFor)
            {
                _startedAt = time.GetTimestamp();
                _latest = Task.Run(RunAsync, CancellationToken.None);
            }

            report = _latest;
        }

        return await report.WaitAsync(cancellationToken);
    }

    private async Task<HealthReport> RunAsync()
    {
        var report = await CheckAsync();
        var names = string.Join(", ", report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy)
            .Select(entry => $"{entry.Key} {entry.Value.Status}"));
        if (Interlocked.Exchange(ref _told, names) != names)
        {
            LogChanged(report.Status == HealthStatus.Healthy ? LogLevel.Information : LogLevel.Warning, report.Status, names);
        }

        return report;
    }

    private async Task<HealthReport> CheckAsync()
    {
        try
        {
            return await checks.CheckHealthAsync(CancellationToken.None).WaitAsync(GiveUpAfter, time);
        }
        catch (TimeoutException)
        {
            var entry = new HealthReportEntry(HealthStatus.Unhealthy, "A check did not answer in time.", GiveUpAfter, null, null);
            return new HealthReport(new Dictionary<string, HealthReportEntry> { ["checks"] = entry }, GiveUpAfter);
        }
    }

    [LoggerMessage("Health is {Status} now: {Names}")]
    private partial void LogChanged(LogLevel level, HealthStatus status, string names);
}
