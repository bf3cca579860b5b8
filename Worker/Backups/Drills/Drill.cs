using System.Diagnostics;
using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Worker.Backups.Base;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Checks;
using ProductionReady.Worker.Backups.Restore;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Drills;

/// <summary>
/// Restores the newest base backup from the store alone: first to the place of its ledger, which is compared row count by row count,
/// then on to a random moment, at which everything is looked at.
/// </summary>
public sealed partial class Drill(IConfiguration configuration, BackupCatalog catalog, ServerRecovery recovery, ILogger<Drill> logger)
{
    /// <summary>Runs one.</summary>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Also of a drill that failed: what failed is in it.</returns>
    public async Task<DrillRecord> RunAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await using var live = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(configuration.GetConnectionString(ResourceNames.BackupDatabase)) { Pooling = false }.ConnectionString);
        await live.OpenAsync(cancellationToken);
        var startedAt = await Cluster.NowAsync(live, cancellationToken);
        var drill = new DrillRecord(BackupId.New(startedAt), startedAt, startedAt, null, null, null, null, null, null, []);
        var checks = new List<CheckOutcome>();
        try
        {
            var backup = (await catalog.FindAsync("latest", StoredBackupKind.Base, cancellationToken)).Backup;
            drill = drill with { BaseId = backup.Id };
            drill = await RunAsync(drill, backup, checks, progress, cancellationToken);
        }
        catch (Exception failed) when (failed is BackupProblemException or ChildFailedException or IOException or UnauthorizedAccessException || IsOfScratch(failed, live))
        {
            checks.Add(new CheckOutcome("recovery", [failed.Message]));
        }

        drill = drill with { FinishedAt = await Cluster.NowAsync(live, cancellationToken), Checks = checks };
        if (drill.BaseId is { } id)
        {
            await catalog.RecordAsync(
                new BackupCheck(id, BackupCheckKind.Restore, drill.StartedAt, drill.FinishedAt, [.. checks.SelectMany(check => check.Problems)]), cancellationToken);
        }

        Log(drill);
        return drill;
    }

    private async Task<DrillRecord> RunAsync(DrillRecord drill, StoredBackup backup, List<CheckOutcome> checks, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var ledgers = new LedgerComparison(recovery, backup.Ledgers);
        var moment = new RecoveryTarget.Time(DrillMoment.Draw(backup.FinishedAt, drill.StartedAt));
        RecoveryTarget first = ledgers.Begin is { } begin ? new RecoveryTarget.Lsn(begin) : moment;
        await using var server = await recovery.RecoverAsync(
            new RecoveryRequest(first) { BaseId = backup.Id, Pause = first != moment, OrEnd = first == moment }, progress, cancellationToken);
        var compared = Stopwatch.StartNew();
        if (first != moment)
        {
            var (outcomes, notCompared) = await ledgers.RunAsync(server, progress, cancellationToken);
            checks.AddRange(outcomes);
            drill = drill with { NotCompared = notCompared };
        }

        compared.Stop();
        if (first != moment)
        {
            // Not before the ledger, which is later than the base backup.
            var earliest = server.Point.LastCommit > backup.FinishedAt ? server.Point.LastCommit.Value : backup.FinishedAt;
            moment = new RecoveryTarget.Time(DrillMoment.Draw(earliest, drill.StartedAt));
            progress?.Report($"Going on to {moment}");
            await recovery.ReplayAsync(server, moment, pause: false, orEnd: true, cancellationToken);
        }

        var took = clock.Elapsed - compared.Elapsed;
        var lastCommit = await server.LastCommitInLogAsync(cancellationToken);
        drill = drill with
        {
            Target = moment.ToString(),
            RecoveryTimeSeconds = took.TotalSeconds,
            ReachedLsn = server.Point.Lsn.ToString(),
            ReachedCommit = server.Point.LastCommit,
            RecoveryPointSeconds = lastCommit is { } commit ? Math.Max(0, (drill.StartedAt - commit).TotalSeconds) : null,
        };
        await CheckAsync(server, backup, checks, progress, cancellationToken);
        return drill;
    }

    private static async Task CheckAsync(RecoveredServer server, StoredBackup backup, List<CheckOutcome> checks, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        foreach (var database in await server.DatabasesAsync(cancellationToken))
        {
            progress?.Report($"Looking at database {database}");
            checks.AddRange((await DatabaseCheck.RunAsync(server.Connection(database), countOnly: false, cancellationToken)).Checks);
            if (backup.Ledgers.All(ledger => ledger.Database != database))
            {
                continue;
            }

            await using var connection = new NpgsqlConnection(server.Connection(database).ConnectionString);
            await connection.OpenAsync(cancellationToken);
            checks.Add(new CheckOutcome($"audit trails of {database}", await AuditTrails.CheckAsync(connection, cancellationToken)));
            checks.AddRange(await AppSmoke.RunAsync(server.Connection(database), cancellationToken));
        }

        progress?.Report("Reading every page");
        await server.StopAsync(cancellationToken);
        checks.Add(new CheckOutcome("checksums of all pages (pg_checksums)", await PageChecks.ChecksumsAsync(server.DataFolder, cancellationToken)));
    }

    /// <summary>What the recovered server says is an outcome; what the live one says is not.</summary>
    private static bool IsOfScratch(Exception failed, NpgsqlConnection live) => failed is NpgsqlException && live.State == System.Data.ConnectionState.Open;

    private void Log(DrillRecord drill)
    {
        if (drill.Passed)
        {
            LogPassed(drill.Id, drill.BaseId!, drill.Target!, drill.RecoveryTimeSeconds ?? 0, drill.RecoveryPointSeconds ?? 0);
        }
        else
        {
            LogFailed(drill.Id, string.Join(' ', drill.Checks.SelectMany(check => check.Problems)));
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Drill {Id} passed: base backup {BaseId} was recovered to {Target} in {Recovery} s, and the store was {Loss} s behind.")]
    private partial void LogPassed(string id, string baseId, string target, double recovery, double loss);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Drill {Id} FAILED: {Problems}")]
    private partial void LogFailed(string id, string problems);
}
