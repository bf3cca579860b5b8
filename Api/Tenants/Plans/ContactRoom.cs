using Npgsql;
using NpgsqlTypes;
using ProductionReady.Api.Storage;

namespace ProductionReady.Api.Tenants.Plans;

/// <summary>
/// Room for contacts under a limit, exactly: of many that ask at once no more get it than there is. Whoever asks holds the tenant's
/// row of <c>contact_allowances</c> until its transaction ends, so that it counts after all others have.
/// </summary>
/// <remarks>
/// The row's bound is no lower than the number of contacts, so that they need to be counted only when it reaches the limit, or when the
/// limit changed so recently that some instance may not know of it yet (<see cref="PlanCache.FreshFor"/>).
/// </remarks>
public static class ContactRoom
{
    private const string Make = """
        INSERT INTO contact_allowances (tenant_id, bound, limit_changed_at) VALUES ($1, NULL, now()) ON CONFLICT (tenant_id) DO NOTHING
        """;

    private const string Hold = """
        SELECT bound, limit_changed_at > now() - interval '30 seconds' FROM contact_allowances WHERE tenant_id = $1 FOR UPDATE
        """;

    private const string Count = "SELECT count(*) FROM contacts WHERE tenant_id = $1";

    private const string Raise = "UPDATE contact_allowances SET bound = $2 WHERE tenant_id = $1";

    /// <summary>How many of the contacts asked for there is room for; raises the bound by them.</summary>
    /// <param name="connection">With a transaction open, in which the contacts are then created.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="wanted">Contacts to be created.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<long> TakeAsync(
        NpgsqlConnection connection, Guid tenantId, long limit, long wanted, CancellationToken cancellationToken)
    {
        var (bound, changing) = await HoldAsync(connection, tenantId, cancellationToken);
        if (bound is null || changing || bound + wanted > limit)
        {
            bound = await CountAsync(connection, tenantId, cancellationToken);
        }

        var granted = Math.Clamp(limit - bound.Value, 0, wanted);
        await using var batch = TenantDatabase.Batch(connection, tenantId, new NpgsqlBatchCommand(Raise)
        {
            Parameters = { Id(tenantId), new() { Value = changing ? DBNull.Value : bound + granted, NpgsqlDbType = NpgsqlDbType.Bigint } },
        });
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return granted;
    }

    private static async Task<(long? Bound, bool Changing)> HoldAsync(NpgsqlConnection connection, Guid tenantId, CancellationToken cancellationToken)
    {
        await using var batch = TenantDatabase.Batch(
            connection, tenantId, new NpgsqlBatchCommand(Make) { Parameters = { Id(tenantId) } }, new NpgsqlBatchCommand(Hold) { Parameters = { Id(tenantId) } });
        await using var row = await TenantDatabase.ReadAsync(batch, cancellationToken);
        await row.ReadAsync(cancellationToken);
        return (row.IsDBNull(0) ? null : row.GetInt64(0), row.GetBoolean(1));
    }

    /// <summary>A statement of its own, after the row is held: it sees what those who held it before committed.</summary>
    private static async Task<long> CountAsync(NpgsqlConnection connection, Guid tenantId, CancellationToken cancellationToken)
    {
        await using var batch = TenantDatabase.Batch(connection, tenantId, new NpgsqlBatchCommand(Count) { Parameters = { Id(tenantId) } });
        await using var row = await TenantDatabase.ReadAsync(batch, cancellationToken);
        await row.ReadAsync(cancellationToken);
        return row.GetInt64(0);
    }

    private static NpgsqlParameter Id(Guid id) => new NpgsqlParameter<Guid> { TypedValue = id };
}
