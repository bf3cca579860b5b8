using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Placement;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Worker.Tenants;

/// <summary>
/// Deletes a tenant's rows, all of them, table by table of the model, under the tenant's own row-level security: a mistake here cannot
/// reach another tenant.
/// </summary>
public sealed class TenantDeletion
{
    /// <summary>The tenant's own row, counted with the others.</summary>
    private const string Own = "tenants";

    private readonly TenantGate gate;
    private readonly ErasureOptions settings;
    private readonly WorkerMetrics metrics;
    private readonly IReadOnlyList<string> tables;
    private readonly IReadOnlyList<string> audit;

    /// <summary>Reads the tables from the model.</summary>
    public TenantDeletion(
        TenantGate gate, IServiceScopeFactory scopes, IOptions<ErasureOptions> options, WorkerMetrics metrics)
    {
        (this.gate, settings, this.metrics) = (gate, options.Value, metrics);
        using var scope = scopes.CreateScope();
        var model = scope.ServiceProvider.GetRequiredService<AppDbContext>().Model;
        audit = [.. new[] { typeof(AuditEntry), typeof(AuditChain) }.Select(type => model.FindEntityType(type)!.GetTableName()!)];
        tables = [.. TenantTables.InDeletionOrder(model).Except(audit)];
    }

    /// <summary>Rows by table.</summary>
    internal async Task<IReadOnlyDictionary<string, long>> CountAsync(TenantSession session, CancellationToken cancellationToken)
    {
        var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in tables.Concat(audit))
        {
            rows[table] = await session.ReadAsync($"SELECT count(*) FROM {table} WHERE tenant_id = $1", row => row.GetInt64(0), cancellationToken, session.TenantId);
        }

        rows[Own] = await session.ReadAsync($"SELECT count(*) FROM {Own} WHERE id = $1", row => row.GetInt64(0), cancellationToken, session.TenantId);
        return rows;
    }

    /// <summary>
    /// Deletes what there is, in batches that each stand by themselves, and at last the tenant's row with what was added meanwhile. The
    /// database is then asked what is left, and the answer is part of the tombstone, which takes nothing but zeros.
    /// </summary>
    public async Task DeleteAsync(Guid tenantId, CancellationToken stopping)
    {
        await using var session = await TenantSession.OpenAsync(gate, tenantId, stopping);
        foreach (var table in tables)
        {
            int deleted;
            do
            {
                stopping.ThrowIfCancellationRequested();

                // Not cancelled: a stop lets the batch that runs finish.
                deleted = await session.ExecuteAsync(
                    $"DELETE FROM {table} WHERE tenant_id = $1 AND ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE tenant_id = $1 LIMIT $2))",
                    CancellationToken.None, tenantId, settings.BatchSize);
                metrics.RowsDeleted(table, deleted);
            }
            while (deleted > 0);
        }

        await session.ReadAsync("SELECT erase_audit()", row => row.GetInt64(0), stopping);
        await FinishAsync(session, stopping);
    }

    private async Task FinishAsync(TenantSession session, CancellationToken cancellationToken)
    {
        await using var transaction = await session.BeginAsync(cancellationToken);

        // Waits for whoever adds rows at this moment, and lets nobody add any afterwards.
        await session.ExecuteAsync("SELECT FROM tenants WHERE id = $1 FOR UPDATE", cancellationToken, session.TenantId);
        foreach (var table in tables)
        {
            await session.ExecuteAsync($"DELETE FROM {table} WHERE tenant_id = $1", cancellationToken, session.TenantId);
        }

        await session.ReadAsync("SELECT erase_audit()", row => row.GetInt64(0), cancellationToken);
        await session.ExecuteAsync("DELETE FROM tenants WHERE id = $1", cancellationToken, session.TenantId);
        var left = await CountAsync(session, cancellationToken);
        if (session.Database is null)
        {
            await ProveAsync(session, left, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return;
        }

        await transaction.CommitAsync(cancellationToken);
        await FinishAtHomeAsync(session.TenantId, left, cancellationToken);
    }

    /// <summary>Takes a tenant that lived elsewhere out of the directory. What is left is counted in both places.</summary>
    private async Task FinishAtHomeAsync(Guid tenantId, IReadOnlyDictionary<string, long> left, CancellationToken cancellationToken)
    {
        await using var home = await TenantSession.OpenAtHomeAsync(gate, tenantId, cancellationToken);
        await using var transaction = await home.BeginAsync(cancellationToken);
        await home.ExecuteAsync("SELECT mirror_tenant(NULL, NULL)", cancellationToken);
        var here = await CountAsync(home, cancellationToken);
        await ProveAsync(home, left.ToDictionary(table => table.Key, table => table.Value + here[table.Key]), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task ProveAsync(TenantSession home, IReadOnlyDictionary<string, long> left, CancellationToken cancellationToken)
    {
        await home.ExecuteAsync(
            "UPDATE tombstones SET erased_at = now(), rows_after = $2::text::jsonb WHERE id = $1",
            cancellationToken, home.TenantId, JsonSerializer.Serialize(left));
        await RecordAsync(home, cancellationToken);
    }

    /// <summary>In the platform's trail, where there is one: the tenant's is gone.</summary>
    private static async Task RecordAsync(TenantSession session, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("SELECT set_config('app.tenant_id', $1::text, true)", cancellationToken, PlatformTenant.Id.ToString());
        await session.ReadAsync(
            """
            SELECT append_audit($1, 'tenant.erased', 'succeeded', 'system', NULL, 'tenant', $2::text, NULL, NULL, NULL, NULL, NULL, NULL)
            FROM tenants WHERE id = $3
            """,
            row => row.GetInt64(0), cancellationToken, Guid.CreateVersion7(), session.TenantId.ToString(), PlatformTenant.Id);
    }
}
