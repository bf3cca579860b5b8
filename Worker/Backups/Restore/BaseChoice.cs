using NpgsqlTypes;
using ProductionReady.Worker.Backups.Catalog;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>Which base backups a recovery can begin with.</summary>
public static class BaseChoice
{
    /// <summary>Those that end at or before the target, the best first. Of several clusters that one which had the newest of them.</summary>
    /// <param name="backups">All.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="location">Of the store, for people.</param>
    /// <exception cref="BackupProblemException">There is none.</exception>
    public static IReadOnlyList<StoredBackup> Candidates(IReadOnlyList<CatalogedBackup> backups, RecoveryRequest request, string location)
    {
        // One that is known to be damaged is used only when it is asked for by name.
        var newestFirst = backups.Where(backup => backup.IsSound || backup.Backup.Id == request.BaseId).Select(backup => backup.Backup)
            .OrderByDescending(backup => backup.FinishedAt).ThenByDescending(backup => backup.Id, StringComparer.Ordinal).ToList();
        if (newestFirst.Count == 0)
        {
            throw new BackupProblemException(
                backups.Count == 0 ? $"There is no base backup in {location}." : $"No base backup in {location} is sound: {backups[0].Problem ?? backups[0].Backup.Id}");
        }

        if (request.BaseId is { } id)
        {
            var named = newestFirst.Find(backup => backup.Id == id) ?? throw new BackupProblemException($"There is no base backup '{id}' in {location}.");
            return EndsBefore(named, request.Target) ? [named]
                : throw new BackupProblemException($"Base backup {id} ends at {End(named)}, which is after {request.Target}: choose an older one.");
        }

        // A position says nothing by itself about whose log it is in.
        var eligible = newestFirst.Where(backup => EndsBefore(backup, request.Target) && (request.Target is not RecoveryTarget.Lsn || backup.SystemId == newestFirst[0].SystemId)).ToList();
        return eligible.Count > 0
            ? [.. eligible.Where(backup => backup.SystemId == eligible[0].SystemId)]
            : throw new BackupProblemException($"{request.Target} is before the end of the oldest base backup in {location}, which is {End(newestFirst[^1])}: nothing is kept to restore it from.");
    }

    private static bool EndsBefore(StoredBackup backup, RecoveryTarget target) => target switch
    {
        RecoveryTarget.Time time => backup.FinishedAt <= time.Moment,
        RecoveryTarget.Lsn lsn => NpgsqlLogSequenceNumber.Parse(backup.Wal!.StopLsn) <= lsn.Position,
        _ => true,
    };

    private static string End(StoredBackup backup) => $"{new RecoveryTarget.Time(backup.FinishedAt)} ({backup.Wal!.StopLsn})";
}
