using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;
using ProductionReady.Api.Storage;
using ProductionReady.Data;

namespace ProductionReady.Api.Idempotency;

/// <summary>
/// The one transaction in which a request with a key does its work and keeps its answer: both commit or neither does.
/// Handlers take it as a parameter that is null for requests without a key, work on <see cref="Connection"/>, and leave the
/// commit to <see cref="IdempotencyKeys"/>.
/// </summary>
public sealed class KeyedTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction, KeyedRequest request) : IAsyncDisposable
{
    /// <summary>The savepoint before the work.</summary>
    internal const string BeforeWork = "before_work";

    /// <summary>How long a key is remembered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    // A key that expired and was not cleaned away yet is taken as new. The lock keeps all others out meanwhile.
    private const string Store = """
        INSERT INTO idempotency_keys (tenant_id, subject_id, key, fingerprint, status_code, content_type, etag, location, body, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now(), now() + $10)
        ON CONFLICT (tenant_id, subject_id, key) DO UPDATE
        SET fingerprint = excluded.fingerprint, status_code = excluded.status_code, content_type = excluded.content_type, etag = excluded.etag,
            location = excluded.location, body = excluded.body, created_at = excluded.created_at, expires_at = excluded.expires_at
        WHERE idempotency_keys.expires_at <= now()
        RETURNING 1
        """;

    private IDbContextTransaction? _joined;

    /// <summary>Where the work is to be done; the transaction is open on it, and the tenant is set.</summary>
    public NpgsqlConnection Connection => connection;

    /// <summary>Binds handler parameters of this type.</summary>
    public static ValueTask<KeyedTransaction?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<KeyedTransaction>());

    /// <summary>Makes the scope's context work in this transaction; what it runs after a commit then follows this one's.</summary>
    public async Task JoinAsync(AppDbContext database, CancellationToken cancellationToken)
    {
        database.Database.SetDbConnection(connection, contextOwnsConnection: false);
        _joined = await database.Database.UseTransactionAsync(transaction, cancellationToken);
    }

    /// <summary>
    /// Keeps the answer and commits, together with the work unless the answer is an error: that undoes what was begun.
    /// It is not cancelled when the client goes away: what is done is better kept for its repeat.
    /// </summary>
    /// <exception cref="NpgsqlException">Nothing was committed, or the connection broke and nobody knows; a repeat finds out.</exception>
    public async Task CommitAsync(StoredAnswer answer)
    {
        if (answer.Status >= StatusCodes.Status400BadRequest)
        {
            await transaction.RollbackAsync(BeforeWork, CancellationToken.None);
        }

        await using (var batch = TenantDatabase.Batch(connection, request.TenantId, StoreCommand(answer)))
        await using (var row = await TenantDatabase.ReadAsync(batch, CancellationToken.None))
        {
            if (!await row.ReadAsync(CancellationToken.None))
            {
                throw new UnreachableException("Another request stored an answer for a key whose lock this one holds.");
            }
        }

        // A refusal was rolled back to before the work: nothing of the context's is committed that it should hear of.
        await (_joined is not null && answer.Status < StatusCodes.Status400BadRequest
            ? _joined.CommitAsync(CancellationToken.None)
            : transaction.CommitAsync(CancellationToken.None));
    }

    /// <summary>Undoes what was not committed and frees the key.</summary>
    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private NpgsqlBatchCommand StoreCommand(StoredAnswer answer) => new(Store)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = request.TenantId },
            new NpgsqlParameter<Guid> { TypedValue = request.SubjectId },
            new NpgsqlParameter<string> { TypedValue = request.Key },
            new NpgsqlParameter<byte[]> { TypedValue = request.Fingerprint },
            new NpgsqlParameter<short> { TypedValue = (short)answer.Status },
            Text(answer.ContentType),
            Text(answer.ETag),
            Text(answer.Location),
            new NpgsqlParameter<byte[]> { TypedValue = answer.Body },
            new NpgsqlParameter<TimeSpan> { TypedValue = Lifetime },
        },
    };

    private static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
