using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace ProductionReady.Data.Audit;

/// <summary>
/// Computes a trail again, entry by entry, and stops at the first that is not as it was written. Rows stream through, so a
/// trail of millions takes no memory; all of it is one snapshot, so entries that are appended meanwhile do not matter.
/// </summary>
public static class AuditVerifier
{
    // Without sorts the rows come from the indexes in their order, instead of being written to disk and sorted first.
    private const string SetTenant = "SELECT set_config('app.tenant_id', $1, true), set_config('enable_sort', 'off', true)";
    private const string Head = "SELECT last_seq, last_hash, verified_seq, verified_hash FROM audit_chains WHERE tenant_id = $1";

    private const string Rows =
        $"SELECT {AuditRow.Columns} FROM audit_entries WHERE tenant_id = $1 AND seq >= $2 ORDER BY seq, occurred_at LIMIT $3";

    /// <summary>Looks at the trail of a tenant.</summary>
    /// <param name="connection">Open, of a role that may read the trail, without a transaction.</param>
    /// <param name="tenantId">Whose trail.</param>
    /// <param name="after">The entry to go on after, taken as good; 0 begins at the beginning.</param>
    /// <param name="limit">How many entries to look at; <see langword="null"/> for all.</param>
    /// <param name="anchor">An entry's hash that was noted before and must be there; beside the one that the head notes.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public static async Task<AuditVerification> VerifyAsync(
        NpgsqlConnection connection, Guid tenantId, long after, long? limit, AuditAnchor? anchor, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        var batch = new NpgsqlBatch(connection)
        {
            Timeout = 0,
            BatchCommands =
            {
                new NpgsqlBatchCommand(SetTenant) { Parameters = { new NpgsqlParameter<string> { TypedValue = tenantId.ToString() } } },
                new NpgsqlBatchCommand(Head) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = tenantId } } },
                new NpgsqlBatchCommand(Rows)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<Guid> { TypedValue = tenantId },
                        new NpgsqlParameter<long> { TypedValue = after },

                        // The entry to go on after is read too, for its hash, and one more tells whether that is the end.
                        new NpgsqlParameter { Value = limit is { } most ? most + (after > 0 ? 2 : 1) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                    },
                },
            },
        };
        await using var __ = batch.ConfigureAwait(false);
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = reader.ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var walk = new AuditWalk(await ReadHeadAsync(reader, cancellationToken).ConfigureAwait(false), anchor, after, limit);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var row = new AuditRow();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!walk.Step(row.Read(reader)))
            {
                // The rest of the rows is not wanted: without this they would be read to their end.
                batch.Cancel();
                return walk.Result;
            }
        }

        walk.End();
        return walk.Result;
    }

    private static async Task<AuditHead?> ReadHeadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var noted = await reader.IsDBNullAsync(2, cancellationToken).ConfigureAwait(false)
            ? null
            : new AuditAnchor(reader.GetInt64(2), reader.GetFieldValue<byte[]>(3));
        return new AuditHead(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), noted);
    }
}
