using System.Globalization;
using ProductionReady.Data.Operations;
using ProductionReady.Worker.Operations.Readings;

namespace ProductionReady.Worker.Operations.Promises;

/// <summary>Judges what was seen by what is promised.</summary>
public static class Judgement
{
    /// <summary>The promises that this Worker can say something about.</summary>
    public static IReadOnlyList<Promise> Of(OperationsReading reading) =>
    [
        Store(reading), BackupAge(reading), BackupSize(reading), Drill(reading),
        .. reading.Log is { } log ? new[] { LogLag(log), LogGaps(log) } : [],
        .. reading.Slots is { } slots ? new[] { Slots(slots) } : [],
        .. reading.OffSite is { } copy ? new[] { OffSite(copy) } : [],
        .. reading.Disks.Select(Disk),
    ];

    private static Promise Store(OperationsReading reading) => reading.StoreProblem is { } problem
        ? Promise.Broken("store", problem)
        : Promise.Kept("store", "The store answers.");

    private static Promise BackupAge(OperationsReading reading) => reading.Backup is not { } backup
        ? Promise.Broken("backup-age", "There is no base backup.")
        : reading.At - backup.FinishedAt is var age && age > Limits.Daily
            ? Promise.Broken("backup-age", Text($"The newest base backup, {backup.Id}, is {age.TotalHours:0.0} h old."))
            : Promise.Kept("backup-age", Text($"The newest base backup, {backup.Id}, is {age.TotalHours:0.0} h old."));

    private static Promise BackupSize(OperationsReading reading) => reading.Backup is { SizeChange: > Limits.SizeChange } backup
        ? new Promise("backup-size", OperationHealthState.Degraded, Text($"Base backup {backup.Id} has {backup.Size} bytes, the one before it {backup.PreviousSize}."))
        : Promise.Kept("backup-size", reading.Backup is { } usual ? Text($"Base backup {usual.Id} has {usual.Size} bytes.") : "There is nothing to compare.");

    private static Promise Drill(OperationsReading reading) => reading.Drill switch
    {
        null => new Promise("drill", OperationHealthState.Degraded, "No drill has been done yet."),
        { Outcome: "failed" } drill => Promise.Broken("drill", $"Drill {drill.Id} failed. {drill.Detail}".TrimEnd()),
        { Outcome: "not_possible" } drill => new Promise("drill", OperationHealthState.Degraded, $"Drill {drill.Id} was not possible. {drill.Detail}".TrimEnd()),
        var drill when reading.At - drill.FinishedAt > Limits.Daily =>
            Promise.Broken("drill", Text($"The newest drill, {drill.Id}, was {(reading.At - drill.FinishedAt).TotalHours:0.0} h ago.")),
        var drill => Promise.Kept("drill", $"Drill {drill.Id} passed."),
    };

    private static Promise LogLag(LogReading log)
    {
        var lag = Longer(log.SpoolLag, log.StoreLag);
        return lag > Limits.LogLag || log.Problem is not null
            ? Promise.Broken("log-lag", log.Problem ?? Text($"The store is {lag!.Value.TotalSeconds:0} s behind the server."))
            : Promise.Kept("log-lag", lag is { } usual ? Text($"The store is {usual.TotalSeconds:0.0} s behind the server.") : "Log is being received.");
    }

    private static Promise LogGaps(LogReading log) => log.Gaps > 0
        ? Promise.Broken("log-gap", Text($"Log was lost {log.Gaps} times: nothing between the gap and the next base backup can be restored."))
        : Promise.Kept("log-gap", "No log was lost.");

    private static Promise Slots(IReadOnlyList<SlotReading> slots) =>
        slots.FirstOrDefault(slot => slot.IsLost) is { } lost ? Promise.Broken("log-slot", $"The server gave up the slot {lost.Name}.")
        : slots.FirstOrDefault(slot => !slot.IsThere) is { } missing ? Promise.Broken("log-slot", $"The server has no slot {missing.Name}: it keeps no log for us.")
        : slots.FirstOrDefault(slot => slot.Room < Limits.SlotRoom) is { } narrow
            ? new Promise("log-slot", OperationHealthState.Degraded, Text($"The server gives up the slot {narrow.Name} after {narrow.Room} more bytes of log."))
            : Promise.Kept("log-slot", Text($"The server keeps {slots.Max(slot => slot.Behind)} bytes of log for us."));

    private static Promise OffSite(OffSiteReading copy) => copy.Lag > Limits.OffSiteLag
        ? Promise.Broken("off-site", Text($"The off-site copy is {copy.Lag.TotalMinutes:0} min behind the store; {copy.Behind} objects could not be copied."))
        : Promise.Kept("off-site", Text($"The off-site copy is {copy.Lag.TotalSeconds:0} s behind the store."));

    private static Promise Disk(DiskReading disk) => disk.FreeShare < Limits.FreeShare
        ? Promise.Broken($"disk-{disk.Place}", Text($"{disk.FreeShare:P0} of the disk of the {disk.Place} is free: {disk.Free} bytes."))
        : Promise.Kept($"disk-{disk.Place}", Text($"{disk.FreeShare:P0} of the disk of the {disk.Place} is free."));

    private static TimeSpan? Longer(TimeSpan? one, TimeSpan? other) => one > other || other is null ? one : other;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
