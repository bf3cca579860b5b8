using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace ProductionReady.Data.Placement;

/// <summary>
/// What the directory at home shows of a tenant that lives elsewhere: a copy of its own row and of what it uses, written after each
/// change, and again now and then by the Worker. Nothing is decided by it but which tenants there are and which are to be erased.
/// </summary>
public sealed partial class DirectoryMirror(TenantGate gate, ILogger<DirectoryMirror> logger)
{
    private const string Read = """
        SELECT to_jsonb(t)::text, (SELECT to_jsonb(u)::text FROM tenant_usage u WHERE u.tenant_id = t.id) FROM tenants t WHERE t.id = $1
        """;

    private const string Write = "SELECT mirror_tenant($1::text::jsonb, $2::text::jsonb)";

    /// <summary>
    /// Copies the rows of a tenant that has been entered, as they are committed; does nothing for one that lives at home. A failure is only
    /// logged: the change itself stands, and the Worker copies it later.
    /// </summary>
    public async Task RefreshAsync(Guid tenantId)
    {
        try
        {
            await CopyAsync(tenantId, CancellationToken.None).ConfigureAwait(false);
        }
        catch (NpgsqlException exception)
        {
            LogLater(tenantId, exception.Message);
        }
    }

    /// <summary>The same; a failure is the caller's.</summary>
    /// <exception cref="NpgsqlException">One of the databases failed.</exception>
    public async Task CopyAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        var pool = gate.PoolOf(tenantId);
        if (pool.Database is not null && await ReadAsync(pool, tenantId, cancellationToken).ConfigureAwait(false) is (var tenant, var usage))
        {
            await WriteAsync(tenantId, tenant, usage, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<(string Tenant, string? Usage)?> ReadAsync(TenantPool pool, Guid tenantId, CancellationToken cancellationToken)
    {
        var connection = await pool.Sessions.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var batch = Batch(connection, tenantId, new NpgsqlBatchCommand(Read) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = tenantId } } });
        await using var __ = batch.ConfigureAwait(false);
        var row = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = row.ConfigureAwait(false);
        await row.NextResultAsync(cancellationToken).ConfigureAwait(false);
        return await row.ReadAsync(cancellationToken).ConfigureAwait(false) ? (row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1)) : null;
    }

    private async Task WriteAsync(Guid tenantId, string tenant, string? usage, CancellationToken cancellationToken)
    {
        var connection = await gate.Home.Sessions.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var batch = Batch(connection, tenantId, new NpgsqlBatchCommand(Write)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = tenant },
                new() { Value = (object?)usage ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        });
        await using var __ = batch.ConfigureAwait(false);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlBatch Batch(NpgsqlConnection connection, Guid tenantId, NpgsqlBatchCommand command) => new(connection)
    {
        BatchCommands =
        {
            new NpgsqlBatchCommand("SELECT set_config('app.tenant_id', $1, true)") { Parameters = { new NpgsqlParameter<string> { TypedValue = tenantId.ToString() } } },
            command,
        },
    };

    [LoggerMessage(LogLevel.Warning, "The directory at home shows an older state of tenant {TenantId} until the Worker copies its row: {Reason}")]
    private partial void LogLater(Guid tenantId, string reason);
}
