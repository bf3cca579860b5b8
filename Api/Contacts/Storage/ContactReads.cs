using Npgsql;
using ProductionReady.Api.Storage;

namespace ProductionReady.Api.Contacts.Storage;

/// <summary>Reads a tenant's contacts.</summary>
public sealed class ContactReads(TenantDatabase database)
{
    private const string ById = $"SELECT {StoredContact.Columns} FROM contacts WHERE tenant_id = $1 AND id = $2";

    /// <summary>One contact, or null when the tenant has none of that id.</summary>
    public async Task<StoredContact?> FindAsync(Guid tenantId, Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(tenantId, cancellationToken);
        await using var batch = TenantDatabase.Batch(connection, tenantId, new NpgsqlBatchCommand(ById)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = tenantId }, new NpgsqlParameter<Guid> { TypedValue = id } },
        });
        await batch.PrepareAsync(cancellationToken);
        await using var row = await TenantDatabase.ReadAsync(batch, cancellationToken);
        return await row.ReadAsync(cancellationToken) ? StoredContact.Read(row) : null;
    }

    /// <summary>
    /// At most <paramref name="count"/> of the contacts that match, by id, after <paramref name="after"/>: an index scan that
    /// starts where the last page ended, however far down the list that is.
    /// </summary>
    public async Task<List<StoredContact>> PageAsync(
        Guid tenantId, ContactFilter filter, Guid? after, int count, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(tenantId, cancellationToken);
        await using var batch = TenantDatabase.Batch(connection, tenantId, ContactFilterSql.Page(tenantId, filter, after, count));
        await using var row = await TenantDatabase.ReadAsync(batch, cancellationToken);
        var page = new List<StoredContact>(Math.Min(count, 512));
        while (await row.ReadAsync(cancellationToken))
        {
            page.Add(StoredContact.Read(row));
        }

        return page;
    }
}
