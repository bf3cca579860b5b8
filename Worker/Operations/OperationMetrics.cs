using System.Diagnostics.Metrics;
using ProductionReady.Worker.Operations.Readings;

namespace ProductionReady.Worker.Operations;

/// <summary>
/// The last reading as metrics: right after a restart, and whichever Worker made the backup. What is not known is not measured. The alert
/// rules in <c>deploy/alerts</c> are made of these.
/// </summary>
public sealed class OperationMetrics
{
    private OperationsReading? last;

    /// <summary>Makes the instruments.</summary>
    public OperationMetrics(IMeterFactory meters, TimeProvider time)
    {
        var meter = meters.Create(WorkerMetrics.MeterName);
        Gauge("productionready.backup.age", "s", "Time since the newest base backup was finished.", reading => One(reading.Backup, backup => Since(backup.FinishedAt)));
        Gauge("productionready.backup.size", "By", "Size of the newest base backup as stored.", reading => One(reading.Backup, backup => backup.Size));
        Gauge("productionready.backup.duration", "s", "Time the newest base backup took.", reading => One(reading.Backup, backup => backup.Took.TotalSeconds));
        Gauge("productionready.backup.size.change", "1", "By which part of the previous size the newest base backup's moved.", reading => One(reading.Backup, backup => backup.SizeChange));
        Gauge("productionready.drill.age", "s", "Time since the newest drill ended.", reading => One(reading.Drill, drill => Since(drill.FinishedAt)));
        Gauge("productionready.drill.failed", "{drill}", "1 when the newest drill failed.", reading => One(reading.Drill, drill => drill.Outcome == "failed" ? 1 : 0));
        Gauge("productionready.drill.recovery.time", "s", "The newest drill's time from nothing to a checked server (RTO).", reading => One(reading.Drill?.RecoveryTime, time => time.TotalSeconds));
        Gauge("productionready.drill.recovery.point", "s", "How much was missing at the newest drill's target (RPO).", reading => One(reading.Drill?.RecoveryPoint, time => time.TotalSeconds));
        Gauge("productionready.wal.lag", "s", "How long log has been on the server that is not yet there.", reading => [
            .. Of(reading.Log?.SpoolLag, "to", "spool"), .. Of(reading.Log?.StoreLag, "to", "store")]);
        Gauge("productionready.wal.behind", "By", "Log on the server that is not yet there.", reading => [
            .. Of(reading.Log?.SpoolBehind, "to", "spool"), .. Of(reading.Log?.StoreBehind, "to", "store")]);
        Gauge("productionready.wal.failing", "{receiver}", "1 while log cannot be received or stored.", reading => One(reading.Log, log => log.Problem is null ? 0 : 1));
        Gauge("productionready.wal.gaps", "{gap}", "How often log was lost for good since the Worker started.", reading => One(reading.Log, log => log.Gaps));
        Gauge("productionready.wal.slot.lost", "{slot}", "1 when the server has given the slot up, or does not have it.", reading => Each(reading.Slots, slot => slot.IsLost || !slot.IsThere ? 1 : 0));
        Gauge("productionready.wal.slot.room", "By", "Log that may be written before the server gives the slot up.", reading => Each(reading.Slots, slot => slot.Room));
        Gauge("productionready.wal.slot.behind", "By", "Log that the server keeps for the slot.", reading => Each(reading.Slots, slot => slot.Behind));
        Gauge("productionready.disk.free", "By", "Bytes that may be written.", reading => Each(reading.Disks, disk => disk.Free));
        Gauge("productionready.disk.free.share", "1", "Which part of the disk is free.", reading => Each(reading.Disks, disk => disk.FreeShare));
        Gauge("productionready.offsite.lag", "s", "What was stored longer ago than this is in the off-site copy.", reading => One(reading.OffSite, copy => copy.Lag.TotalSeconds));
        Gauge("productionready.store.unreachable", "{store}", "1 while the store does not answer.", reading => [new(reading.StoreProblem is null ? 0 : 1)]);

        void Gauge(string name, string unit, string description, Func<OperationsReading, IEnumerable<Measurement<double>>> measure) =>
            meter.CreateObservableGauge(name, () => Volatile.Read(ref last) is { } reading ? measure(reading) : [], unit, description);

        double Since(DateTimeOffset moment) => (time.GetUtcNow() - moment).TotalSeconds;
    }

    /// <summary>Takes a reading.</summary>
    public void Take(OperationsReading reading) => Volatile.Write(ref last, reading);

    private static IEnumerable<Measurement<double>> One<T>(T? reading, Func<T, double> value)
        where T : class => reading is null ? [] : [new(value(reading))];

    private static IEnumerable<Measurement<double>> One(TimeSpan? reading, Func<TimeSpan, double> value) => reading is { } known ? [new(value(known))] : [];

    private static IEnumerable<Measurement<double>> Of(TimeSpan? value, string tag, string name) => value is { } known ? [new(known.TotalSeconds, new KeyValuePair<string, object?>(tag, name))] : [];

    private static IEnumerable<Measurement<double>> Of(long? value, string tag, string name) => value is { } known ? [new(known, new KeyValuePair<string, object?>(tag, name))] : [];

    private static IEnumerable<Measurement<double>> Each(IReadOnlyList<SlotReading>? slots, Func<SlotReading, double?> value) =>
        from slot in slots ?? [] let known = value(slot) where known is not null select new Measurement<double>(known.Value, new KeyValuePair<string, object?>("slot", slot.Name));

    private static IEnumerable<Measurement<double>> Each(IReadOnlyList<DiskReading> disks, Func<DiskReading, double> value) =>
        disks.Select(disk => new Measurement<double>(value(disk), new KeyValuePair<string, object?>("place", disk.Place)));
}
