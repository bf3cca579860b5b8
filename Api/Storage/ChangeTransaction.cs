using Microsoft.EntityFrameworkCore.Storage;
using ProductionReady.Api.Idempotency;
using ProductionReady.Data;

namespace ProductionReady.Api.Storage;

/// <summary>
/// The transaction of a handler that works with the scope's <see cref="AppDbContext"/>: that of the request's idempotency key
/// when it has one, which commits later and together with the answer, and else one of its own.
/// </summary>
public sealed class ChangeTransaction : IAsyncDisposable
{
    private readonly IDbContextTransaction? _own;

    private ChangeTransaction(IDbContextTransaction? own)
    {
        _own = own;
    }

    /// <summary>Begins; what is not committed is undone when this is disposed of, or when the request ends.</summary>
    public static async Task<ChangeTransaction> BeginAsync(AppDbContext database, KeyedTransaction? keyed, CancellationToken cancellationToken)
    {
        if (keyed is null)
        {
            return new ChangeTransaction(await database.Database.BeginTransactionAsync(cancellationToken));
        }

        await keyed.JoinAsync(database, cancellationToken);
        return new ChangeTransaction(null);
    }

    /// <summary>Commits, unless that is the idempotency key's to do.</summary>
    public Task CommitAsync(CancellationToken cancellationToken) => _own?.CommitAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _own?.DisposeAsync() ?? ValueTask.CompletedTask;
}
