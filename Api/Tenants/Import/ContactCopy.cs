using Npgsql;
using NpgsqlTypes;
using ProductionReady.Api.Contacts.Import;
using ProductionReady.Api.Storage;

namespace ProductionReady.Api.Tenants.Import;

/// <summary>Stores contacts as they were, ids and times too, a batch at a time. (PostgreSQL has no COPY into tables with row-level security.)</summary>
internal sealed class ContactCopy(NpgsqlConnection connection, Guid tenantId)
{
    private const string Insert = """
        INSERT INTO contacts (tenant_id, id, name, email, phone, address, age, gender, created_at, updated_at)
        SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    private readonly ImportBatch _batch = new();
    private readonly List<DateTime> _created = new(ImportBatch.Size);
    private readonly List<DateTime> _updated = new(ImportBatch.Size);

    /// <summary>Takes a contact.</summary>
    public async ValueTask AddAsync(long line, ImportedContact contact, CancellationToken cancellationToken)
    {
        _batch.Add(line, contact.Id, contact.Fields);
        _created.Add(contact.CreatedAt);
        _updated.Add(contact.UpdatedAt);
        if (_batch.Count == ImportBatch.Size)
        {
            await FlushAsync(cancellationToken);
        }
    }

    /// <summary>Stores those that were taken.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await using (var batch = TenantDatabase.Batch(connection, tenantId, new NpgsqlBatchCommand(Insert)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = tenantId },
                Array(_batch.Ids, NpgsqlDbType.Uuid),
                Array(_batch.Names, NpgsqlDbType.Text),
                Array(_batch.Emails, NpgsqlDbType.Text),
                Array(_batch.Phones, NpgsqlDbType.Text),
                Array(_batch.Addresses, NpgsqlDbType.Text),
                Array(_batch.Ages, NpgsqlDbType.Smallint),
                Array(_batch.Genders, NpgsqlDbType.Text),
                Array(_created, NpgsqlDbType.TimestampTz),
                Array(_updated, NpgsqlDbType.TimestampTz),
            },
        }))
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        _batch.Clear();
        _created.Clear();
        _updated.Clear();
    }

    private static NpgsqlParameter Array<T>(List<T> column, NpgsqlDbType type) => new() { Value = column, NpgsqlDbType = NpgsqlDbType.Array | type };
}
