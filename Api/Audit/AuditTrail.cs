using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Storage;
using ProductionReady.Data;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Api.Audit;

/// <summary>
/// Records what happens in the current tenant, in a trail that nobody can change unnoticed. One round trip an entry. The
/// tenant's next entry waits until this one's transaction ends, so record last, right before the commit.
/// </summary>
public sealed class AuditTrail(AppDbContext database, TenantDatabase connections, ITenantContext tenant, IHttpContextAccessor requests)
{
    private readonly HashSet<string> _recorded = new(StringComparer.Ordinal);

    /// <summary>What this scope has recorded.</summary>
    public IReadOnlySet<string> Recorded => _recorded;

    /// <summary>Whether the handler said that there is nothing to record, see <see cref="NothingChanged"/>.</summary>
    public bool IsNothingChanged { get; private set; }

    /// <summary>
    /// Appends an entry: in the transaction of the scope's <see cref="AppDbContext"/>, or of the request's idempotency key, when
    /// there is one, and else at once, in a transaction of its own that the client's going away does not cancel.
    /// </summary>
    /// <exception cref="NpgsqlException">Nothing was recorded; a transaction that is open can only be rolled back.</exception>
    /// <exception cref="InvalidOperationException">The scope has no tenant.</exception>
    public Task RecordAsync(AuditEvent entry, CancellationToken cancellationToken) =>
        RecordAsync(entry, AuditOrigin.Of(requests.HttpContext), cancellationToken);

    /// <summary>The same for what a request asked for and the background does.</summary>
    public async Task RecordAsync(AuditEvent entry, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var tenantId = tenant.TenantId ?? throw new InvalidOperationException($"{entry.Action} cannot be recorded: the scope has no tenant.");
        var context = requests.HttpContext;
        var command = AppendStatement.Of(entry, origin);
        if (database.Database.CurrentTransaction is not null)
        {
            await AppendAsync((NpgsqlConnection)database.Database.GetDbConnection(), tenantId, command, cancellationToken);
        }
        else if (context?.Features.Get<KeyedTransaction>() is { } keyed)
        {
            await AppendAsync(keyed.Connection, tenantId, command, cancellationToken);
        }
        else
        {
            await using var connection = await connections.OpenAsync(tenantId, CancellationToken.None);
            await AppendAsync(connection, tenantId, command, CancellationToken.None);
        }

        _recorded.Add(entry.Action);
    }

    /// <inheritdoc cref="SaveAsync(IReadOnlyList{AuditEvent}, CancellationToken)"/>
    public Task SaveAsync(AuditEvent entry, CancellationToken cancellationToken) => SaveAsync([entry], cancellationToken);

    /// <summary>
    /// Appends an entry to this scope's trail within a transaction that another scope has open, so that what was done there and the record
    /// of it here stay or go together.
    /// </summary>
    public async Task RecordWithinAsync(NpgsqlConnection connection, AuditEvent entry, CancellationToken cancellationToken)
    {
        var tenantId = tenant.TenantId ?? throw new InvalidOperationException($"{entry.Action} cannot be recorded: the scope has no tenant.");
        await AppendAsync(connection, tenantId, AppendStatement.Of(entry, AuditOrigin.Of(requests.HttpContext)), cancellationToken);
        _recorded.Add(entry.Action);
    }

    /// <summary>
    /// Saves the changes of the scope's <see cref="AppDbContext"/> and records what they are, both or neither: in the transaction
    /// that is open on it, which stays open, or else in one of its own.
    /// </summary>
    /// <exception cref="DbUpdateException">As of saving; nothing was saved and nothing recorded.</exception>
    public async Task SaveAsync(IReadOnlyList<AuditEvent> entries, CancellationToken cancellationToken)
    {
        await using IDbContextTransaction? own = database.Database.CurrentTransaction is null
            ? await database.Database.BeginTransactionAsync(cancellationToken)
            : null;
        await database.SaveChangesAsync(cancellationToken);
        foreach (var entry in entries)
        {
            await RecordAsync(entry, cancellationToken);
        }

        if (own is not null)
        {
            await own.CommitAsync(cancellationToken);
        }
    }

    /// <summary>Says that a request which succeeded changed nothing, so that its endpoint owes no entry.</summary>
    public void NothingChanged() => IsNothingChanged = true;

    private static async Task AppendAsync(
        NpgsqlConnection connection, Guid tenantId, NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var batch = TenantDatabase.Batch(connection, tenantId, command);
        await using var reader = await TenantDatabase.ReadAsync(batch, cancellationToken);
    }
}
