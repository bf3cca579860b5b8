using Npgsql;
using NpgsqlTypes;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>
/// A server that was recovered to a target, on this machine and for this process alone: it answers through a socket in a folder that
/// nobody else can enter, and is gone when disposed of or when this process dies. A scratch one is deleted with its data.
/// </summary>
public sealed class RecoveredServer : IAsyncDisposable
{
    private readonly ScratchFolder scratch;
    private readonly PostgresProgram postgres;
    private readonly LogFeed feed;
    private readonly LogShelf shelf;
    private RecoveryProcess? process;

    internal RecoveredServer(ScratchFolder scratch, PostgresProgram postgres, LogShelf shelf, LogWay way, string data, string baseId, IProgress<string>? progress)
    {
        (this.scratch, this.postgres, this.shelf, DataFolder, BaseId, Way) = (scratch, postgres, shelf, data, baseId, way);
        feed = new LogFeed(scratch.Location, shelf, way, progress);
    }

    /// <summary>The base backup that it began with.</summary>
    public string BaseId { get; }

    /// <summary>How far the log was replayed.</summary>
    public RecoveryPoint Point { get; private set; } = null!;

    /// <summary>Its data folder.</summary>
    public string DataFolder { get; }

    /// <summary>The log it was recovered along.</summary>
    internal LogWay Way { get; }

    /// <summary>Whether it went to the end of the log because nothing in that told that its target was reached.</summary>
    internal bool IsAtTheEnd { get; set; }

    /// <summary>What kept the log from it.</summary>
    internal string? FeedProblem => feed.Problem;

    /// <summary>How a superuser connects to a database of it. Any other role can, too: it asks for no passwords.</summary>
    public NpgsqlConnectionStringBuilder Connection(string database) => new()
    {
        Host = scratch.Location,
        Username = "postgres",
        Database = database,
        Pooling = false,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    };

    /// <summary>Its databases, but for PostgreSQL's own.</summary>
    public async Task<IReadOnlyList<string>> DatabasesAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Connection("template1").ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT array_agg(datname::text ORDER BY datname) FROM pg_database WHERE datallowconn AND NOT datistemplate", connection);
        return await command.ExecuteScalarAsync(cancellationToken) as string[] ?? [];
    }

    /// <summary>When the last transaction in the log was committed, also beyond the target; null when there is none near its end.</summary>
    internal Task<DateTimeOffset?> LastCommitInLogAsync(CancellationToken cancellationToken) => LogEnd.LastCommitAsync(shelf, Way, scratch.Location, cancellationToken);

    /// <summary>The commits in the log between two positions; null when not all of that log is there.</summary>
    internal Task<IReadOnlyList<LogCommit>?> CommitsAsync(NpgsqlLogSequenceNumber from, NpgsqlLogSequenceNumber until, CancellationToken cancellationToken) =>
        LogCommits.BetweenAsync(shelf, Way, scratch.Location, from, until, cancellationToken);

    /// <summary>Starts it, or starts it again for a later target, and waits until it is there.</summary>
    /// <exception cref="Processes.ChildFailedException">It cannot be reached; says what the server said.</exception>
    internal async Task ReplayAsync(RecoveryTarget target, bool pause, CancellationToken cancellationToken)
    {
        await StopAsync(cancellationToken);
        process = await RecoveryProcess.StartAsync(
            postgres, DataFolder, scratch.Location,
            [FetchScript.Command(scratch.Location, DataFolder), $"recovery_target_timeline={Way.Timeline}", .. target.Settings(pause)], cancellationToken);
        await process.WaitAsync(pause, Connection("template1"), cancellationToken);
        Point = await RecoveryPoint.ReadAsync(Connection("template1"), Way.Timeline, cancellationToken);
    }

    /// <summary>Stops it so that its data folder is consistent; it can be read no more.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (process is { } running)
        {
            await running.StopAsync(cancellationToken);
            await running.DisposeAsync();
            process = null;
        }
    }

    /// <summary>Ends what is left of one that failed, to start it again.</summary>
    internal async Task DiscardAsync()
    {
        await (process?.DisposeAsync() ?? ValueTask.CompletedTask);
        process = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await DiscardAsync();
        await feed.DisposeAsync();
        scratch.Dispose();
    }
}
