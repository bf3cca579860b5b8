using Npgsql;

namespace ProductionReady.MigrationService.Placing;

/// <summary>Takes along which of the tenant's tokens are refused before they expire: whoever was signed out stays so.</summary>
internal static class CopiedRevocations
{
    // All that are still needed, for the subject may be a user who was deleted: then nothing says any more whose he was.
    private const string Alive = "SELECT id, subject, below_version, until FROM revocations WHERE until > now()";

    // Its inserted is of this transaction, so that readers of this database come across it.
    private const string Add = """
        INSERT INTO revocations (id, subject, below_version, until) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[])
        ON CONFLICT (id) DO NOTHING
        """;

    public static async Task CopyAsync(TenantSide source, TenantSide target, CancellationToken cancellationToken)
    {
        var (ids, subjects, versions, untils) = (new List<Guid>(), new List<Guid>(), new List<long>(), new List<DateTime>());
        await using (var command = new NpgsqlCommand(Alive, source.Connection))
        await using (var row = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await row.ReadAsync(cancellationToken))
            {
                ids.Add(row.GetGuid(0));
                subjects.Add(row.GetGuid(1));
                versions.Add(row.GetInt64(2));
                untils.Add(row.GetDateTime(3));
            }
        }

        await using var add = new NpgsqlCommand(Add, target.Connection)
        {
            Parameters = { new() { Value = ids }, new() { Value = subjects }, new() { Value = versions }, new() { Value = untils } },
        };
        await add.ExecuteNonQueryAsync(cancellationToken);
    }
}
