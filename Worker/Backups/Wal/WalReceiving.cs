using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Worker.Leases;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>
/// Receives for as long as the lease is this Worker's: finds out where to go on, runs the receiver, and when it ends begins again,
/// each time a little later.
/// </summary>
public sealed partial class WalReceiving(
    WalSpool spool, StoredWal stored, WalSlots slots, WalContinuation continuation, WalReceiver receiver, WalMonitor monitor, WalBreak broken,
    LeaseStore leases, WalStatus status, IConfiguration configuration, TimeProvider clock, ILogger<WalReceiving> logger)
{
    private readonly NpgsqlConnectionStringBuilder connection = WalConnection.From(configuration.GetConnectionString(ResourceNames.BackupDatabase)!);
    private WalSegment? refused;

    /// <summary>Receives until the lease is lost or the Worker stops.</summary>
    public async Task RunAsync(Lease lease, CancellationToken cancellationToken)
    {
        // Another may have stored log since this one last looked.
        stored.AskAgain();
        refused = null;
        var watching = monitor.RunAsync(connection, cancellationToken);
        var backoff = new Backoff(clock, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(10));
        while (!cancellationToken.IsCancellationRequested)
        {
            backoff.Begins();
            try
            {
                await AttemptAsync(lease, cancellationToken);
            }
            catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
            {
                Report(failed);
                await Task.WhenAny(Task.Delay(backoff.Failed(), clock, cancellationToken));
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await watching;
        status.Update(state => new WalState { StoreProblem = state.StoreProblem, SpoolBytes = state.SpoolBytes, Restarts = state.Restarts, Gaps = state.Gaps });
    }

    private async Task AttemptAsync(Lease lease, CancellationToken cancellationToken)
    {
        status.Update(state => state with { Phase = state.Problem is null ? WalPhase.Starting : WalPhase.Failing });
        var program = await PostgresProgram.FindAsync("pg_receivewal", cancellationToken);
        await using var session = new NpgsqlConnection(connection.ConnectionString);
        await session.OpenAsync(cancellationToken);
        program.RequireMajor(session.PostgreSqlVersion.Major, "the server");
        var server = await LoggedServer.AskAsync(connection, cancellationToken);
        if (!await leases.RenewAsync(lease, cancellationToken))
        {
            throw new LeaseLostException(lease);
        }

        await slots.FenceAsync(session, cancellationToken);
        var ensured = await slots.EnsureAsync(session, cancellationToken);
        await broken.SlotsAreEnsuredAsync(ensured, cancellationToken);
        var first = await GoOnAsync(server, ensured, cancellationToken);
        LogReceives(server.SystemId, first.FileName, server.KeepLimit < 0 ? "all" : $"at most {server.KeepLimit >> 20} MB");
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, monitor.Watch(server));
        try
        {
            await receiver.RunAsync(program, connection, spool.FolderOf(server.SystemId), attempt.Token);
        }
        catch (ChildFailedException gone) when (WalBreak.SaysRemoved(gone, first))
        {
            await RemovedAsync(session, first, ensured, cancellationToken);
            throw;
        }
    }

    /// <summary>
    /// Receiving goes on where the store ends. Where the slots had to be made anew the server is asked first for what lies between;
    /// only when it does not have that any more, there is a gap.
    /// </summary>
    private async Task<WalSegment> GoOnAsync(LoggedServer server, EnsuredSlots ensured, CancellationToken cancellationToken)
    {
        if (!await TryLearnAsync(cancellationToken) && !ensured.IsNew)
        {
            return continuation.Prepare(server, ensured.StoredUpTo);
        }

        var kept = WalSegment.Of(ensured.StoredUpTo, server.History.Timeline, server.SegmentSize);
        if (continuation.FirstMissingBefore(server, kept) is not { } missing)
        {
            return continuation.Prepare(server, ensured.StoredUpTo);
        }

        if (missing != refused)
        {
            return continuation.Prepare(server, missing.Start);
        }

        if (stored.IsKnown)
        {
            await broken.GapAsync(server.SystemId, missing, kept, cancellationToken);
        }

        return continuation.Prepare(server, ensured.StoredUpTo);
    }

    private async Task<bool> TryLearnAsync(CancellationToken cancellationToken)
    {
        try
        {
            await stored.LearnAsync(cancellationToken);
            return true;
        }
        catch (BackupProblemException away)
        {
            LogStoreUnknown(away.Message);
            return false;
        }
    }

    /// <summary>When the server lacks what a slot promised, the slots are worth nothing: the next attempt makes them anew.</summary>
    private async Task RemovedAsync(NpgsqlConnection session, WalSegment first, EnsuredSlots ensured, CancellationToken cancellationToken)
    {
        LogRemoved(first.FileName);
        refused = first;
        if (first.Next.Start > ensured.StoredUpTo)
        {
            await slots.DropAllAsync(session, cancellationToken);
        }
    }

    private void Report(Exception failed)
    {
        var sentence = WalBreak.Sentence(failed, spool.Location);
        if (status.Current.Problem != sentence)
        {
            LogFailed(sentence);
        }

        status.Update(state => state with { Phase = WalPhase.Failing, Problem = sentence, Restarts = state.Restarts + 1 });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Receiving the write-ahead log of {SystemId} from {Segment} on; for a Worker that does not come the server keeps {Limit} of it.")]
    private partial void LogReceives(string systemId, string segment, string limit);

    [LoggerMessage(Level = LogLevel.Error, Message = "Write-ahead log is not received: {Reason} Trying again.")]
    private partial void LogFailed(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server no longer has segment {Segment} of its write-ahead log.")]
    private partial void LogRemoved(string segment);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What the store has is not known yet: {Reason}")]
    private partial void LogStoreUnknown(string reason);
}
