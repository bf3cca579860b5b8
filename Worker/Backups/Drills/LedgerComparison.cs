using Npgsql;
using NpgsqlTypes;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Checks;
using ProductionReady.Worker.Backups.Restore;

namespace ProductionReady.Worker.Backups.Drills;

/// <summary>Stops a recovery where each ledger was counted, and counts again.</summary>
/// <param name="recovery">Goes on with the server.</param>
/// <param name="ledgers">Of one base backup.</param>
internal sealed class LedgerComparison(ServerRecovery recovery, IReadOnlyList<DatabaseLedger> ledgers)
{
    private const string CommittedHere = """
        SELECT count(*) FROM unnest($1::text[]::xid8[]) AS running (xid)
        WHERE xid < pg_snapshot_xmax(pg_current_snapshot()) AND pg_xact_status(xid) = 'committed'
        """;

    /// <summary>How far to recover first; null when no ledger has a place in the log.</summary>
    public NpgsqlLogSequenceNumber? Begin => ledgers.Select(ledger => ledger.Lsn ?? ledger.Window?.From).OfType<string>()
        .Select(NpgsqlLogSequenceNumber.Parse).Cast<NpgsqlLogSequenceNumber?>().Min();

    /// <summary>Compares.</summary>
    /// <param name="server">Has paused at <see cref="Begin"/>, and is later, paused, where the last ledger was counted.</param>
    /// <param name="progress">Told of each database.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The outcomes, and a sentence for each ledger that has no place in the log at which its rows must be found.</returns>
    public async Task<(IReadOnlyList<CheckOutcome> Checks, IReadOnlyList<string> NotCompared)> RunAsync(
        RecoveredServer server, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var (checks, notCompared) = (new List<CheckOutcome>(), new List<string>());
        var placed = new List<(DatabaseLedger Ledger, NpgsqlLogSequenceNumber Place)>();
        foreach (var ledger in ledgers)
        {
            if (await PlaceOfAsync(ledger, server, cancellationToken) is { } place)
            {
                placed.Add((ledger, place));
            }
            else
            {
                notCompared.Add($"The ledger of {ledger.Database} was counted among commits whose order in the log is another: there is no place with the same rows.");
            }
        }

        var reached = Begin;
        foreach (var (ledger, place) in placed.OrderBy(each => (ulong)each.Place))
        {
            progress?.Report($"Comparing {ledger.Database} with its ledger at {place}");
            if (place > reached)
            {
                await recovery.ReplayAsync(server, new RecoveryTarget.Lsn(place), pause: true, orEnd: false, cancellationToken);
                reached = place;
            }

            await using var connection = new NpgsqlConnection(server.Connection(ledger.Database).ConnectionString);
            await connection.OpenAsync(cancellationToken);
            if (await HasMoreAsync(connection, ledger, cancellationToken))
            {
                notCompared.Add($"The ledger of {ledger.Database} was counted while a transaction waited for its commit for longer than it was looked back: there is no place with the same rows.");
                continue;
            }

            checks.Add(new CheckOutcome($"ledger of {ledger.Database} at {place}", await RestoredDatabase.CompareAsync(connection, ledger, cancellationToken)));
        }

        return (checks, notCompared);
    }

    /// <summary>
    /// Behind the last commit that the snapshot shows, and before the first that it does not. A server makes commits visible in nearly the
    /// order of the log; where the order differs around the snapshot, there is no such place.
    /// </summary>
    private static async Task<NpgsqlLogSequenceNumber?> PlaceOfAsync(DatabaseLedger ledger, RecoveredServer server, CancellationToken cancellationToken)
    {
        if (ledger.Lsn is { } exact)
        {
            return NpgsqlLogSequenceNumber.Parse(exact);
        }

        if (ledger.Window is not { } window || await server.CommitsAsync(NpgsqlLogSequenceNumber.Parse(window.From), NpgsqlLogSequenceNumber.Parse(window.Until), cancellationToken) is not { } commits)
        {
            return null;
        }

        var snapshot = TransactionSnapshot.Parse(window.Snapshot);
        var hidden = commits.SkipWhile(commit => snapshot.Shows(commit.Xid)).ToList();
        return hidden.Any(commit => snapshot.Shows(commit.Xid)) ? null : hidden.Count > 0 ? hidden[0].Lsn : NpgsqlLogSequenceNumber.Parse(window.Until);
    }

    /// <summary>Whether something is committed here that the snapshot does not show.</summary>
    private static async Task<bool> HasMoreAsync(NpgsqlConnection connection, DatabaseLedger ledger, CancellationToken cancellationToken)
    {
        if (ledger.Window is not { } window)
        {
            return false;
        }

        await using var command = new NpgsqlCommand(CommittedHere, connection);
        command.Parameters.AddWithValue(TransactionSnapshot.Parse(window.Snapshot).InProgress.Select(xid => $"{xid}").ToArray());
        return await command.ExecuteScalarAsync(cancellationToken) is > 0L;
    }
}
