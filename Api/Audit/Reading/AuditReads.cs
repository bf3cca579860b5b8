using System.Globalization;
using System.Text;
using Npgsql;
using ProductionReady.Api.Storage;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Api.Audit.Reading;

/// <summary>Reads a tenant's trail, by <c>seq</c>: an index scan that begins where the last page ended.</summary>
public sealed class AuditReads(TenantDatabase database)
{
    private const string Head = "SELECT last_seq, last_hash FROM audit_chains WHERE tenant_id = $1";

    /// <summary>At most <paramref name="count"/> entries that match, newest first, older than <paramref name="before"/>.</summary>
    public Task<List<AuditRow>> NewestAsync(Guid tenantId, AuditFilter filter, long? before, int count, CancellationToken cancellationToken) =>
        PageAsync(tenantId, Page(tenantId, filter, "<", before ?? long.MaxValue, "DESC", count), cancellationToken);

    /// <summary>At most <paramref name="count"/> entries that match, oldest first, newer than <paramref name="after"/>.</summary>
    public Task<List<AuditRow>> OldestAsync(Guid tenantId, AuditFilter filter, long after, int count, CancellationToken cancellationToken) =>
        PageAsync(tenantId, Page(tenantId, filter, ">", after, "ASC", count), cancellationToken);

    /// <summary>The last entry's seq and hash; null when there is none.</summary>
    public async Task<AuditAnchor?> HeadAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(tenantId, cancellationToken);
        await using var batch = TenantDatabase.Batch(
            connection, tenantId, new NpgsqlBatchCommand(Head) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = tenantId } } });
        await using var row = await TenantDatabase.ReadAsync(batch, cancellationToken);
        return await row.ReadAsync(cancellationToken) ? new AuditAnchor(row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : null;
    }

    private async Task<List<AuditRow>> PageAsync(Guid tenantId, NpgsqlBatchCommand page, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(tenantId, cancellationToken);
        await using var batch = TenantDatabase.Batch(connection, tenantId, page);
        await using var row = await TenantDatabase.ReadAsync(batch, cancellationToken);
        var rows = new List<AuditRow>();
        while (await row.ReadAsync(cancellationToken))
        {
            rows.Add(new AuditRow().Read(row));
        }

        return rows;
    }

    // Values travel as parameters; only column names, comparisons and parameter numbers are text.
    private static NpgsqlBatchCommand Page(Guid tenantId, AuditFilter filter, string beyond, long seq, string order, int count)
    {
        var command = new NpgsqlBatchCommand();
        var where = new StringBuilder();
        Compare("tenant_id", "=", (Guid?)tenantId);
        Compare("seq", beyond, (long?)seq);
        Compare("occurred_at", ">=", filter.From?.UtcDateTime);
        Compare("occurred_at", "<", filter.To?.UtcDateTime);
        Compare("actor_id", "=", filter.Actor);
        CompareText("action", filter.Action);
        CompareText("actor_kind", filter.ActorKind is { } kind ? StoredText.Of(kind) : null);
        CompareText("resource_type", filter.ResourceType);
        CompareText("resource_id", filter.ResourceId);
        CompareText("outcome", filter.Outcome is { } outcome ? StoredText.Of(outcome) : null);
        CompareText("address", filter.Address);
        command.CommandText = $"SELECT {AuditRow.Columns} FROM audit_entries WHERE {where} ORDER BY seq {order} LIMIT {Add(count)}";
        return command;

        void Compare<T>(string column, string comparison, T? value)
            where T : struct
        {
            if (value is { } given)
            {
                where.Append(CultureInfo.InvariantCulture, $"{(where.Length == 0 ? "" : " AND ")}{column} {comparison} {Add(given)}");
            }
        }

        void CompareText(string column, string? value)
        {
            if (value is not null)
            {
                where.Append(CultureInfo.InvariantCulture, $" AND {column} = {Add(value)}");
            }
        }

        string Add<T>(T value)
        {
            command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
            return string.Create(CultureInfo.InvariantCulture, $"${command.Parameters.Count}");
        }
    }
}
