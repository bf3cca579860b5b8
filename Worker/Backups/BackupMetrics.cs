using System.Diagnostics.Metrics;

namespace ProductionReady.Worker.Backups;

/// <summary>
/// The newest backup as metrics. Read from the folder whenever they are collected, so they are right after a restart and
/// whichever Worker made the backup; without a backup there is no measurement.
/// </summary>
public sealed class BackupMetrics(IMeterFactory meters, BackupCatalog catalog, TimeProvider clock) : IHostedService
{
    /// <summary>Makes the instruments.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create(WorkerMetrics.MeterName);
        meter.CreateObservableGauge("productionready.backup.age", () => Newest(AgeInSeconds), "s", "Time since the newest backup was finished.");
        meter.CreateObservableGauge("productionready.backup.size", () => Newest(backup => backup.Size), "By", "Size of the newest backup.");
        meter.CreateObservableGauge("productionready.backup.duration", () => Newest(DurationInSeconds), "s", "Time the newest backup took.");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<double>> Newest(Func<BackupManifest, double> value) =>
        catalog.Newest() is { } newest ? [new Measurement<double>(value(newest.Manifest))] : [];

    private double AgeInSeconds(BackupManifest backup) => (clock.GetUtcNow() - backup.FinishedAt).TotalSeconds;

    private static double DurationInSeconds(BackupManifest backup) => (backup.FinishedAt - backup.StartedAt).TotalSeconds;
}
