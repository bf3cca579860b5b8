using Microsoft.Extensions.Options;
using NpgsqlTypes;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>Recovers the cluster from the store, beside the live server: a base backup, and log until a target. All restores and drills begin here.</summary>
public sealed partial class ServerRecovery(
    BackupCatalog catalog, BaseUnpacking unpacking, IObjectStore store, Unsealer unsealer, IOptions<BackupOptions> options, ILogger<ServerRecovery> logger)
{
    /// <summary>Recovers.</summary>
    /// <param name="request">What, and where.</param>
    /// <param name="progress">Told of each step, in a sentence.</param>
    /// <param name="cancellationToken">Gives up; nothing is left but what is in <see cref="RecoveryRequest.Folder"/>.</param>
    /// <returns>A server that answers; whoever asked for it disposes of it.</returns>
    /// <exception cref="BackupProblemException">
    /// The target cannot be reached, with how far the log goes; something is missing or damaged, which is named. Never less than was asked for.
    /// </exception>
    public async Task<RecoveredServer> RecoverAsync(RecoveryRequest request, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var candidates = BaseChoice.Candidates(await catalog.ListAsync(StoredBackupKind.Base, cancellationToken), request, store.Location);
        var first = candidates[0];
        var shelf = await LogShelf.ListAsync(store, unsealer, first.SystemId, first.Wal!.SegmentSize, request.Spool, cancellationToken);
        var history = await shelf.HistoryAsync(request.Timeline, cancellationToken);
        var onTheWay = candidates.Where(backup => history.Leads(backup.Wal!.Timeline, NpgsqlLogSequenceNumber.Parse(backup.Wal.StopLsn))).ToList();
        if (onTheWay.Count == 0)
        {
            throw new BackupProblemException($"No base backup that ends before {request.Target} lies on timeline {history.Timeline}: name another with --timeline.");
        }

        foreach (var backup in onTheWay)
        {
            try
            {
                return await RecoverAsync(backup, new LogWay(shelf, history, backup.Wal!), shelf, request, progress, cancellationToken);
            }
            catch (ChildFailedException early) when (IsBeforeConsistency(early) && request.Folder is null && backup != onTheWay[^1])
            {
                // The server's clock had been set back: by its times, the backup ended after the target.
                LogOlder(backup.Id, request.Target);
            }
        }

        throw new BackupProblemException($"{request.Target} is before the end of every base backup.");
    }

    private async Task<RecoveredServer> RecoverAsync(
        StoredBackup backup, LogWay way, LogShelf shelf, RecoveryRequest request, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        Require(way, request.Target);
        var postgres = await PostgresProgram.FindAsync("postgres", cancellationToken);
        if (postgres.Major != PostgresProgram.MajorOf(backup.ServerVersion))
        {
            throw new BackupProblemException(
                $"Base backup {backup.Id} is of PostgreSQL {backup.ServerVersion}, and the server here is {postgres.Version} ({postgres.Path}): install the same major version, or name its folder in PG_BIN.");
        }

        var scratch = await ScratchFolder.CreateAsync(options.Value.ScratchFolder, cancellationToken);
        FetchScript.Write(scratch.Location);
        var server = new RecoveredServer(scratch, postgres, shelf, way, request.Folder ?? Path.Combine(scratch.Location, "data"), backup.Id, progress);
        try
        {
            await PrepareAsync(server.DataFolder, cancellationToken);
            await unpacking.RunAsync(backup, server.DataFolder, progress, cancellationToken);
            await RunAsync(cancellationToken, "touch", Path.Combine(server.DataFolder, "recovery.signal"));
            progress?.Report($"Recovering to {request.Target} along timeline {way.Timeline}, from segment {way.First.FileName}");
            await ReplayAsync(server, request.Target, request.Pause, request.OrEnd, cancellationToken);
            progress?.Report($"Recovered: {server.Point.Lsn}, last commit {(server.Point.LastCommit is { } commit ? new RecoveryTarget.Time(commit) : "before the base backup")}");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Goes on to a later target with a server that has paused; one that has come to the end of the log stays there.</summary>
    /// <param name="server">The server.</param>
    /// <param name="target">How far.</param>
    /// <param name="pause">See <see cref="RecoveryRequest.Pause"/>.</param>
    /// <param name="orEnd">See <see cref="RecoveryRequest.OrEnd"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ReplayAsync(RecoveredServer server, RecoveryTarget target, bool pause, bool orEnd, CancellationToken cancellationToken)
    {
        if (server.IsAtTheEnd)
        {
            return;
        }

        try
        {
            await ReachAsync(server, target, pause, orEnd, cancellationToken);
        }
        catch (ChildFailedException failed) when (server.FeedProblem is { } problem)
        {
            throw new BackupProblemException(problem, failed);
        }

        if ((target is RecoveryTarget.Latest || server.IsAtTheEnd) && !server.Way.IsEnd(server.Point.Lsn))
        {
            throw new BackupProblemException(
                $"The log ends at {server.Point.Lsn}, though it should go on to segment {server.Way.LastFileName}: what is at that place is damaged.");
        }
    }

    private static async Task ReachAsync(RecoveredServer server, RecoveryTarget target, bool pause, bool orEnd, CancellationToken cancellationToken)
    {
        try
        {
            await server.ReplayAsync(target, pause, cancellationToken);
        }
        catch (ChildFailedException failed) when (server.FeedProblem is null && failed.Message.Contains("recovery ended before configured recovery target was reached", StringComparison.Ordinal))
        {
            await ReachByTheEndAsync(server, target, orEnd, failed, cancellationToken);
        }
    }

    /// <summary>
    /// The server wants to see something behind its target. Where the log ends at the very position that was asked for, there is nothing
    /// behind it, and its end is what was asked for.
    /// </summary>
    private static async Task ReachByTheEndAsync(
        RecoveredServer server, RecoveryTarget target, bool orEnd, ChildFailedException failed, CancellationToken cancellationToken)
    {
        await server.DiscardAsync();
        await server.ReplayAsync(new RecoveryTarget.Latest(), pause: false, cancellationToken);
        server.IsAtTheEnd = true;
        if (orEnd && target is RecoveryTarget.Time)
        {
            return;
        }

        if (target is not RecoveryTarget.Lsn lsn || !LogPosition.AreSame(server.Point.Lsn, lsn.Position, server.Way.First.SegmentSize))
        {
            var point = server.Point;
            throw new BackupProblemException(
                $"The log does not go on to {target}: it ends at {point.Lsn}{(point.LastCommit is { } commit ? $", and the last commit in it was at {new RecoveryTarget.Time(commit)}" : "")}. 'latest' restores all of it.", failed);
        }
    }

    /// <summary>What can be told without recovering: gaps in the log, and a position that it does not have.</summary>
    private static void Require(LogWay way, RecoveryTarget target)
    {
        if (target is RecoveryTarget.Latest && way.FirstGap() is { } gap)
        {
            throw new BackupProblemException(gap);
        }

        if (target is RecoveryTarget.Lsn lsn && (ulong)lsn.Position / (ulong)way.First.SegmentSize > way.Last)
        {
            throw new BackupProblemException($"The log does not go on to {target}: it ends in segment {way.LastFileName}.");
        }
    }

    private static async Task PrepareAsync(string folder, CancellationToken cancellationToken)
    {
        PrivateFiles.CreateFolder(folder);
        if (ChildProgram.DropsPrivileges)
        {
            await using var chown = await ChildProcess.StartAsync(new ChildProgram("chown", ChildProgram.UnprivilegedUser, folder));
            await chown.WaitForSuccessAsync(cancellationToken);
        }

        try
        {
            await RunAsync(cancellationToken, "chmod", "0700", folder);
        }
        catch (ChildFailedException refused)
        {
            throw new BackupProblemException(
                $"The account that the server runs as cannot own {folder} ({(ChildProgram.DropsPrivileges ? ChildProgram.UnprivilegedUser : Environment.UserName)}): name a folder that it can reach.", refused);
        }
    }

    private static async Task RunAsync(CancellationToken cancellationToken, string program, params string[] arguments)
    {
        await using var child = await ChildProcess.StartAsync(new ChildProgram(program, arguments) { Unprivileged = true });
        await child.WaitForSuccessAsync(cancellationToken);
    }

    private static bool IsBeforeConsistency(ChildFailedException failed) =>
        failed.Message.Contains("requested recovery stop point is before consistent recovery point", StringComparison.Ordinal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Base backup {Id} is consistent only after {Target}; trying an older one.")]
    private partial void LogOlder(string id, RecoveryTarget target);
}
