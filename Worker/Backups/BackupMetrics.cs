using System.Diagnostics.Metrics;
using ProductionReady.Worker.Backups.Catalog;

namespace ProductionReady.Worker.Backups;

/// <summary>
/// The newest backup with rows as metrics. Read from the store every minute, so they are right whichever Worker made the backup; without
/// a backup there is no measurement.
/// </summary>
public sealed partial class BackupMetrics(IMeterFactory meters, BackupCatalog catalog, TimeProvider clock, ILogger<BackupMetrics> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private StoredBackup? newest;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var meter = meters.Create(WorkerMetrics.MeterName);
        meter.CreateObservableGauge("productionready.backup.age", () => Newest(AgeInSeconds), "s", "Time since the newest backup was finished.");
        meter.CreateObservableGauge("productionready.backup.size", () => Newest(backup => backup.Size), "By", "Size of the newest backup.");
        meter.CreateObservableGauge("productionready.backup.duration", () => Newest(DurationInSeconds), "s", "Time the newest backup took.");
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                newest = (await catalog.ListAsync(kind: null, stoppingToken)).FirstOrDefault(backup => backup.Backup.Kind != StoredBackupKind.Configuration)?.Backup;
            }
            catch (BackupProblemException problem)
            {
                LogUnknown(problem.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private IEnumerable<Measurement<double>> Newest(Func<StoredBackup, double> value) => newest is { } known ? [new Measurement<double>(value(known))] : [];

    private double AgeInSeconds(StoredBackup backup) => (clock.GetUtcNow() - backup.FinishedAt).TotalSeconds;

    private static double DurationInSeconds(StoredBackup backup) => (backup.FinishedAt - backup.StartedAt).TotalSeconds;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store could not be asked for the newest backup: {Reason}")]
    private partial void LogUnknown(string reason);
}
