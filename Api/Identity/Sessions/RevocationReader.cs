using System.Data;
using System.Globalization;
using Npgsql;

namespace ProductionReady.Api.Identity.Sessions;

/// <summary>
/// Asks the database what was revoked since it was last asked, on a connection of its own: a pool whose connections are all busy
/// must not keep a revocation waiting.
/// </summary>
/// <remarks>
/// A transaction may commit long after one that began later. So it is not the newest row seen that marks the place to go on from,
/// but the oldest transaction that was still running (the snapshot's xmin): all that is older was seen, or never will be.
/// </remarks>
public sealed class RevocationReader(string connectionString) : IAsyncDisposable
{
    // A good part of the memory's trust: an answer that comes later is worth less than a new question.
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(600);

    private const string Since = """
        SELECT snapshot.oldest::text, revoked.id, revoked.subject, revoked.below_version, revoked.until - clock_timestamp()
        FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS oldest) AS snapshot
        LEFT JOIN revocations AS revoked ON revoked.inserted >= $1::text::xid8 AND revoked.until > clock_timestamp()
        """;

    private readonly string _connectionString = new NpgsqlConnectionStringBuilder(connectionString)
    {
        Pooling = false,
        Timeout = 5,
        ApplicationName = "productionready-revocations",
    }.ConnectionString;

    private NpgsqlConnection? _connection;
    private ulong _oldest;

    /// <summary>Connects, unless it is connected.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached; the next call tries again.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_connection is { FullState: ConnectionState.Open })
        {
            return;
        }

        await DisposeAsync();
        _connection = new NpgsqlConnection(_connectionString);
        await _connection.OpenAsync(cancellationToken);
    }

    /// <summary>What became visible since the last call that succeeded, and perhaps some of it again; the first time everything.</summary>
    /// <exception cref="NpgsqlException">The database gave no answer; the next call makes up for it.</exception>
    public async Task<IReadOnlyList<RevocationRow>> ReadAsync(CancellationToken cancellationToken)
    {
        await ConnectAsync(cancellationToken);
        var (oldest, rows) = await ReadAsync(_oldest, cancellationToken);
        if (oldest < _oldest)
        {
            // Transactions are counted anew: this is another server, restored from a backup, perhaps.
            (oldest, rows) = await ReadAsync(0, cancellationToken);
        }

        _oldest = oldest;
        return rows;
    }

    /// <summary>Asks, and remembers what is revoked. That the memory may be trusted is the caller's to say.</summary>
    /// <returns>The rows, and the time stamp of the moment before they were asked for.</returns>
    /// <exception cref="NpgsqlException">The database gave no answer; the next call makes up for it.</exception>
    /// <exception cref="OperationCanceledException">Nor within the time that an answer is worth waiting for.</exception>
    public async Task<(IReadOnlyList<RevocationRow> Rows, long AskedAt)> ReadIntoAsync(
        RevocationMemory memory, TimeProvider time, CancellationToken cancellationToken)
    {
        await ConnectAsync(cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerWithin);
        var askedAt = time.GetTimestamp();
        var rows = await ReadAsync(limit.Token);
        foreach (var row in rows)
        {
            memory.Add(row.Revoked);
        }

        return (rows, askedAt);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    private async Task<(ulong Oldest, IReadOnlyList<RevocationRow> Rows)> ReadAsync(ulong since, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Since, _connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = since.ToString(CultureInfo.InvariantCulture) } },
        };
        await command.PrepareAsync(cancellationToken);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<RevocationRow>();
        var oldest = 0ul;
        while (await row.ReadAsync(cancellationToken))
        {
            oldest = ulong.Parse(row.GetString(0), CultureInfo.InvariantCulture);
            if (!row.IsDBNull(1))
            {
                rows.Add(new RevocationRow(row.GetGuid(1), new RevokedSubject(row.GetGuid(2), row.GetInt64(3), row.GetTimeSpan(4))));
            }
        }

        return (oldest, rows);
    }
}

/// <summary>A revocation as stored.</summary>
/// <param name="Id">Of the row.</param>
/// <param name="Revoked">What it says.</param>
public sealed record RevocationRow(Guid Id, RevokedSubject Revoked);
