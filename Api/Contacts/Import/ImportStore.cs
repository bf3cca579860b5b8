using System.Buffers.Binary;
using Npgsql;
using NpgsqlTypes;
using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Api.Contacts.Storage;
using ProductionReady.Api.Storage;
using ProductionReady.Api.Tenants.Plans;

namespace ProductionReady.Api.Contacts.Import;

/// <summary>
/// An import's connection. It holds the tenant's import lock, an advisory one: two imports at once would not see each
/// other's contacts without e-mail, and could wait for each other's rows in a circle.
/// </summary>
public sealed class ImportStore : IAsyncDisposable
{
    private const int MaxDeadlocks = 3;

    private readonly NpgsqlConnection _connection;
    private readonly Guid _tenantId;

    private ImportStore(NpgsqlConnection connection, Guid tenantId)
    {
        _connection = connection;
        _tenantId = tenantId;
    }

    private static long LockOf(Guid tenantId)
    {
        Span<byte> bytes = stackalloc byte[16];
        tenantId.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(bytes) ^ BinaryPrimitives.ReadInt64BigEndian(bytes[8..]);
    }

    /// <summary>Opens it; null when another import of the tenant is running.</summary>
    public static async Task<ImportStore?> TryOpenAsync(TenantDatabase database, Guid tenantId, CancellationToken cancellationToken)
    {
        var connection = await database.OpenSessionAsync(tenantId, cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock($1)", connection)
            {
                Parameters = { new NpgsqlParameter<long> { TypedValue = LockOf(tenantId) } },
            };
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
            {
                return new(connection, tenantId);
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Calls back with each contact of the tenant that has no e-mail address.</summary>
    public async Task ReadWithoutEmailAsync(Action<ContactFields> take, CancellationToken cancellationToken)
    {
        await using var batch = TenantDatabase.Batch(_connection, _tenantId, new NpgsqlBatchCommand(
            $"SELECT {StoredContact.Columns} FROM contacts WHERE tenant_id = $1 AND email_key IS NULL")
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = _tenantId } },
        });
        await using var row = await TenantDatabase.ReadAsync(batch, cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            take(StoredContact.Read(row).Fields);
        }
    }

    /// <summary>Stores a batch, all of it or nothing, and says how many contacts that created and updated.</summary>
    public async Task<(long Created, long Updated)> MergeAsync(string statement, ImportBatch contacts, DateTime now, CancellationToken cancellationToken)
    {
        for (var deadlocks = 0; ; deadlocks++)
        {
            try
            {
                await using var batch = TenantDatabase.Batch(_connection, _tenantId, Merge(statement, contacts, now));
                await batch.PrepareAsync(cancellationToken);
                await using var row = await TenantDatabase.ReadAsync(batch, cancellationToken);
                await row.ReadAsync(cancellationToken);
                return (row.GetInt64(0), row.GetInt64(1));
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && deadlocks < MaxDeadlocks)
            {
                // A change of a single contact crossed this batch, which was undone as a whole: it can be stored again.
            }
        }
    }

    /// <summary>
    /// The same under a limit of contacts: what there is no room for is left out, and its ids are answered. Others who create contacts of
    /// the tenant wait meanwhile.
    /// </summary>
    public async Task<(long Created, long Updated, IReadOnlyList<Guid> LeftOut)> MergeWithinAsync(
        string statement, long limit, ImportBatch contacts, DateTime now, CancellationToken cancellationToken)
    {
        for (var attempts = 0; ; attempts++)
        {
            await using var transaction = await _connection.BeginTransactionAsync(cancellationToken);
            try
            {
                var room = await ContactRoom.TakeAsync(_connection, _tenantId, limit, contacts.Count, cancellationToken);
                var merge = Merge(statement, contacts, now);
                merge.Parameters.Add(new NpgsqlParameter<long> { TypedValue = room });
                long created, updated;
                Guid[] leftOut;
                await using (var batch = TenantDatabase.Batch(_connection, _tenantId, merge))
                await using (var row = await TenantDatabase.ReadAsync(batch, cancellationToken))
                {
                    await row.ReadAsync(cancellationToken);
                    (created, updated, leftOut) = (row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? [] : row.GetFieldValue<Guid[]>(2));
                }

                // A contact that was to be updated may have been deleted meanwhile, and was created: then once more.
                if (created <= room || attempts == MaxDeadlocks)
                {
                    await transaction.CommitAsync(cancellationToken);
                    return (created, updated, leftOut);
                }
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && attempts < MaxDeadlocks)
            {
                // As above.
            }
        }
    }

    /// <summary>Gives the lock back, which a pooled connection would keep, and the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_connection.FullState == System.Data.ConnectionState.Open)
            {
                await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock($1)", _connection)
                {
                    Parameters = { new NpgsqlParameter<long> { TypedValue = LockOf(_tenantId) } },
                };
                await command.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }
        finally
        {
            await _connection.DisposeAsync();
        }
    }

    private NpgsqlBatchCommand Merge(string statement, ImportBatch contacts, DateTime now) => new(statement)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = _tenantId },
            new NpgsqlParameter<DateTime> { TypedValue = now },
            Array(contacts.Ids, NpgsqlDbType.Uuid),
            Array(contacts.Names, NpgsqlDbType.Text),
            Array(contacts.Emails, NpgsqlDbType.Text),
            Array(contacts.Phones, NpgsqlDbType.Text),
            Array(contacts.Addresses, NpgsqlDbType.Text),
            Array(contacts.Ages, NpgsqlDbType.Smallint),
            Array(contacts.Genders, NpgsqlDbType.Text),
        },
    };

    private static NpgsqlParameter Array<T>(List<T> column, NpgsqlDbType type) =>
        new() { Value = column, NpgsqlDbType = NpgsqlDbType.Array | type };
}
