using Npgsql;
using ProductionReady.Api.Storage;

namespace ProductionReady.Api.Idempotency;

/// <summary>Begins the transactions of requests with keys.</summary>
public sealed class KeyedTransactions(TenantDatabase database)
{
    /// <summary>
    /// How long an owner may be silent between two statements before the server ends its transaction: a dead process frees
    /// its key with its connection, at once; this is for one that hangs, or whose machine vanished.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private const string Claim = "SELECT set_config('idle_in_transaction_session_timeout', $1, true), pg_try_advisory_xact_lock($2)";

    private const string Find = """
        SELECT fingerprint, status_code, content_type, etag, location, body FROM idempotency_keys
        WHERE tenant_id = $1 AND subject_id = $2 AND key = $3 AND expires_at > now()
        """;

    /// <summary>
    /// Takes the key, without ever waiting for it, and looks for an answer. Both in one round trip, in this order: whoever
    /// had the lock before has committed by then, so that its answer is seen.
    /// </summary>
    public async Task<KeyState> BeginAsync(KeyedRequest request, CancellationToken cancellationToken)
    {
        // From the pool that resets: a context that joins the transaction sets the tenant for the whole session.
        var connection = await database.OpenSessionAsync(request.TenantId, cancellationToken);
        NpgsqlTransaction? transaction = null;
        KeyState? state = null;
        try
        {
            transaction = await connection.BeginTransactionAsync(cancellationToken);
            state = await ReadAsync(connection, transaction, request, cancellationToken);
            return state;
        }
        finally
        {
            if (state is not KeyState.Claimed)
            {
                await (transaction?.DisposeAsync() ?? ValueTask.CompletedTask);
                await connection.DisposeAsync();
            }
        }
    }

    private static async Task<KeyState> ReadAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, KeyedRequest request, CancellationToken cancellationToken)
    {
        await using var batch = TenantDatabase.Batch(
            connection, request.TenantId, ClaimCommand(request), FindCommand(request), new NpgsqlBatchCommand("SAVEPOINT " + KeyedTransaction.BeforeWork));
        await using var row = await TenantDatabase.ReadAsync(batch, cancellationToken);
        await row.ReadAsync(cancellationToken);
        var claimed = row.GetBoolean(1);
        await row.NextResultAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
        {
            return claimed ? new KeyState.Claimed(new KeyedTransaction(connection, transaction, request)) : new KeyState.InUse();
        }

        return row.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(request.Fingerprint)
            ? new KeyState.Answered(new StoredAnswer(
                row.GetInt16(1), NullOr(row, 2), NullOr(row, 3), NullOr(row, 4), row.GetFieldValue<byte[]>(5)))
            : new KeyState.Reused();
    }

    private static NpgsqlBatchCommand ClaimCommand(KeyedRequest request) => new(Claim)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = $"{Lease.TotalSeconds:F0}s" },
            new NpgsqlParameter<long> { TypedValue = request.Lock() },
        },
    };

    private static NpgsqlBatchCommand FindCommand(KeyedRequest request) => new(Find)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = request.TenantId },
            new NpgsqlParameter<Guid> { TypedValue = request.SubjectId },
            new NpgsqlParameter<string> { TypedValue = request.Key },
        },
    };

    private static string? NullOr(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}

/// <summary>What a key was found to be.</summary>
public abstract record KeyState
{
    /// <summary>New, and now this request's own.</summary>
    /// <param name="Transaction">In which to work; to be disposed.</param>
    public sealed record Claimed(KeyedTransaction Transaction) : KeyState;

    /// <summary>Another request has it at this moment.</summary>
    public sealed record InUse : KeyState;

    /// <summary>Used for this very request before.</summary>
    /// <param name="Answer">What that got.</param>
    public sealed record Answered(StoredAnswer Answer) : KeyState;

    /// <summary>Used for a different request before.</summary>
    public sealed record Reused : KeyState;
}
