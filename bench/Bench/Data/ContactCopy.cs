using Npgsql;
using NpgsqlTypes;

namespace ProductionReady.Bench.Data;

/// <summary>Fills a tenant's address book by COPY, as the superuser.</summary>
internal static class ContactCopy
{
    private const string Copy = """
        COPY contacts (id, tenant_id, name, email, phone, address, age, gender, created_at, updated_at)
        FROM STDIN (FORMAT BINARY)
        """;

    /// <summary>Writes that many contacts and returns a sample of their ids.</summary>
    internal static async Task<IReadOnlyList<Guid>> FillAsync(
        string administrator, Guid tenant, int count, int sample, CancellationToken cancellation)
    {
        var ids = new List<Guid>(sample);
        var now = DateTime.UtcNow;
        await using var connection = new NpgsqlConnection(administrator);
        await connection.OpenAsync(cancellation);
        await using (var importer = await connection.BeginBinaryImportAsync(Copy, cancellation))
        {
            importer.Timeout = TimeSpan.FromMinutes(10);
            for (var number = 0; number < count; number++)
            {
                var contact = new SampleContact(number);
                var id = Guid.CreateVersion7();
                if (number % Math.Max(1, count / sample) == 0)
                {
                    ids.Add(id);
                }

                await importer.StartRowAsync(cancellation);
                await importer.WriteAsync(id, NpgsqlDbType.Uuid, cancellation);
                await importer.WriteAsync(tenant, NpgsqlDbType.Uuid, cancellation);
                await importer.WriteAsync(contact.Name, NpgsqlDbType.Varchar, cancellation);
                await importer.WriteAsync(contact.Email, NpgsqlDbType.Varchar, cancellation);
                await importer.WriteAsync(contact.Phone, NpgsqlDbType.Varchar, cancellation);
                await importer.WriteAsync(contact.Address, NpgsqlDbType.Varchar, cancellation);
                await importer.WriteAsync(contact.Age, NpgsqlDbType.Smallint, cancellation);
                await importer.WriteAsync(contact.Gender, NpgsqlDbType.Text, cancellation);
                await importer.WriteAsync(now, NpgsqlDbType.TimestampTz, cancellation);
                await importer.WriteAsync(now, NpgsqlDbType.TimestampTz, cancellation);
            }

            await importer.CompleteAsync(cancellation);
        }

        await using var analyze = new NpgsqlCommand("VACUUM ANALYZE contacts", connection) { CommandTimeout = 0 };
        await analyze.ExecuteNonQueryAsync(cancellation);
        return ids;
    }
}
