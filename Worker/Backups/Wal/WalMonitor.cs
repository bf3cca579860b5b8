using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>
/// Looks at the server once a second while this Worker has the right to receive: how far spool and store are behind, whether the slots
/// hold, whether commits wait; and tells the server what the store has.
/// </summary>
public sealed partial class WalMonitor(
    WalSlots slots, WalContinuation continuation, WalBreak broken, StrictCommits strict, WalSpool spool, WalStatus status, IOptions<WalOptions> options,
    TimeProvider clock, ILogger<WalMonitor> logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly WalLag lag = new(clock);
    private volatile Watched? watched;
    private string? said;

    private sealed record Watched(LoggedServer Server, CancellationTokenSource IsAnother);

    /// <summary>From now on this server is being received from.</summary>
    /// <returns>Cancelled when another one answers in its place.</returns>
    public CancellationToken Watch(LoggedServer server)
    {
        watched = new Watched(server, new CancellationTokenSource());
        status.Update(state => state with { SystemId = server.SystemId, Timeline = server.History.Timeline, Received = null });
        return watched.IsAnother.Token;
    }

    /// <summary>Looks until cancelled; a server that does not answer is asked again.</summary>
    public async Task RunAsync(NpgsqlConnectionStringBuilder connection, CancellationToken cancellationToken)
    {
        watched = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var session = new NpgsqlConnection(connection.ConnectionString);
                await session.OpenAsync(cancellationToken);
                while (true)
                {
                    await LookAsync(session, cancellationToken);
                    await Task.Delay(Every, clock, cancellationToken);
                }
            }
            catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
            {
                if (said != (said = failed.Message))
                {
                    LogNotSeen(said);
                }

                Lags();
                await Task.WhenAny(Task.Delay(Every, clock, cancellationToken));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task LookAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        var (flushed, systemId, names, commit) = await ServerAsync(session, cancellationToken);
        lag.Seen(flushed);
        if (watched is not { } now)
        {
            return;
        }

        if (systemId != now.Server.SystemId)
        {
            await now.IsAnother.CancelAsync();
            return;
        }

        var found = await slots.ReadAsync(session, cancellationToken);
        var (follows, keeps) = (found.GetValueOrDefault(options.Value.Slot), found.GetValueOrDefault(options.Value.StoreSlot));
        if (keeps is { IsLost: true } && follows is { IsLost: false, IsActive: true })
        {
            await slots.RenewStoreAsync(session, cancellationToken);
            await broken.StoreSlotLostAsync(cancellationToken);
            return;
        }

        var caughtUp = follows is { IsActive: true, Kept: { } at } && status.Current.Flushed is { } before && at >= before;
        status.Update(state => state with
        {
            Phase = follows is { IsActive: true } ? WalPhase.Receiving : state.Phase,
            Problem = follows is { IsActive: true } ? null : state.Problem,
            Flushed = flushed,
            Received = follows is { IsActive: true } ? follows.Kept : state.Received,
            SlotStatus = Worse(follows, keeps),
            SlotSafeBytes = keeps?.SafeBytes,
            SpoolBytes = spool.Size(),
        });
        if (keeps?.Kept is { } kept && continuation.StoredFrom(now.Server, kept) is var stored && stored > kept)
        {
            await slots.AdvanceStoreAsync(session, stored, cancellationToken);
            status.Update(state => state.Stored is { } known && known >= stored ? state : state with { Stored = stored });
        }

        Lags(keeps?.Kept);
        await strict.AdjustAsync(session, names, commit, caughtUp, cancellationToken);
        await broken.AskAgainAsync(cancellationToken);
    }

    private static async Task<(NpgsqlLogSequenceNumber Flushed, string SystemId, string Names, string Commit)> ServerAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT pg_current_wal_flush_lsn(), (SELECT system_identifier FROM pg_control_system())::text,
                current_setting('synchronous_standby_names'), current_setting('synchronous_commit')
            """,
            session);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetFieldValue<NpgsqlLogSequenceNumber>(0), reader.GetString(1), reader.GetString(2), reader.GetString(3));
    }

    private void Lags(NpgsqlLogSequenceNumber? kept = null)
    {
        status.Update(state => state with { SpoolLag = Behind(state.Received), StoreLag = Behind(state.Stored) });
        if (status.Current is { Received: { } received, Stored: { } stored })
        {
            lag.Forget(received < stored ? received : stored);
        }

        TimeSpan? Behind(NpgsqlLogSequenceNumber? position) => (position ?? kept) is { } reached ? lag.Behind(reached) : null;
    }

    private static string Worse(WalSlot? one, WalSlot? other)
    {
        string[] order = ["reserved", "extended", "unreserved", "lost", "missing"];
        return new[] { one, other }.Select(slot => slot is null ? "missing" : slot.Status ?? "lost").MaxBy(word => Array.IndexOf(order, word))!;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server could not be looked at: {Reason}")]
    private partial void LogNotSeen(string reason);
}
