using System.Collections.Concurrent;
using Npgsql;
using ProductionReady.Api.Storage;

namespace ProductionReady.Api.Tenants.Plans;

/// <summary>
/// The tenants' plans as this process read them at most <see cref="FreshFor"/> ago, so that a tenant without limits pays nothing for
/// those of others.
/// </summary>
public sealed class PlanCache(TenantDatabase database, TimeProvider time)
{
    /// <summary>How long a plan is believed: a new limit holds everywhere after that.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);

    private const int MostKept = 20_000;

    private const string Read = """
        SELECT t.max_contacts, t.max_storage_bytes, coalesce(u.storage_bytes, 0)
        FROM tenants t LEFT JOIN tenant_usage u ON u.tenant_id = t.id WHERE t.id = $1
        """;

    private readonly ConcurrentDictionary<Guid, Known> _known = new();

    /// <summary>A tenant's plan.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="held">
    /// A connection that the caller holds, on which it is read if need be: who holds one must not wait for another.
    /// </param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public ValueTask<Plan> OfAsync(Guid tenantId, NpgsqlConnection? held, CancellationToken cancellationToken) =>
        _known.TryGetValue(tenantId, out var known) && time.GetElapsedTime(known.ReadAt) < FreshFor
            ? ValueTask.FromResult(known.Plan)
            : new(ReadAsync(tenantId, held, cancellationToken));

    /// <summary>Forgets a tenant's, which was just changed by this process.</summary>
    public void Forget(Guid tenantId) => _known.TryRemove(tenantId, out _);

    private async Task<Plan> ReadAsync(Guid tenantId, NpgsqlConnection? held, CancellationToken cancellationToken)
    {
        var readAt = time.GetTimestamp();
        await using var opened = held is null ? await database.OpenAsync(tenantId, cancellationToken) : null;
        await using var batch = TenantDatabase.Batch(
            opened ?? held!, tenantId, new NpgsqlBatchCommand(Read) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = tenantId } } });
        await using var row = await TenantDatabase.ReadAsync(batch, cancellationToken);

        // A tenant that is not there any more has no limit: what is written for it fails on its own.
        var plan = await row.ReadAsync(cancellationToken)
            ? new Plan(row.IsDBNull(0) ? null : row.GetInt64(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.GetInt64(2))
            : new Plan(null, null, 0);
        if (_known.Count >= MostKept)
        {
            _known.Clear();
        }

        _known[tenantId] = new Known(readAt, plan);
        return plan;
    }

    private sealed record Known(long ReadAt, Plan Plan);
}
