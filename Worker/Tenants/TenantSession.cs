using Npgsql;
using ProductionReady.Data.Placement;

namespace ProductionReady.Worker.Tenants;

/// <summary>
/// A unit of work of one tenant, with a connection to where it lives: row-level security shows that tenant's rows alone there, until the
/// connection goes back to its pool, which resets it.
/// </summary>
internal sealed class TenantSession : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly TenantGate? _entered;

    private TenantSession(NpgsqlConnection connection, Guid tenantId, TenantGate? entered, string? database) =>
        (_connection, TenantId, _entered, Database) = (connection, tenantId, entered, database);

    /// <summary>The tenant.</summary>
    public Guid TenantId { get; }

    /// <summary>Name of the tenant's own database; null at home.</summary>
    public string? Database { get; }

    /// <summary>Opens one.</summary>
    /// <exception cref="TenantMovingException">The tenant is being moved, for too long.</exception>
    public static async Task<TenantSession> OpenAsync(TenantGate gate, Guid tenantId, CancellationToken cancellationToken)
    {
        var pool = await gate.EnterAsync(tenantId, cancellationToken);
        try
        {
            return await OpenAsync(pool, tenantId, gate, cancellationToken);
        }
        catch
        {
            gate.Leave(tenantId);
            throw;
        }
    }

    /// <summary>One at home, wherever the tenant lives, for what the platform keeps about it there. It is no unit of work of the tenant.</summary>
    public static Task<TenantSession> OpenAtHomeAsync(TenantGate gate, Guid tenantId, CancellationToken cancellationToken) =>
        OpenAsync(gate.Home, tenantId, entered: null, cancellationToken);

    /// <summary>Begins a transaction.</summary>
    public ValueTask<NpgsqlTransaction> BeginAsync(CancellationToken cancellationToken) => _connection.BeginTransactionAsync(cancellationToken);

    /// <summary>Runs a statement.</summary>
    /// <returns>Rows affected.</returns>
    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The first row of an answer, read by <paramref name="read"/>; the type's default when there is none.</summary>
    public async Task<T?> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? read(row) : default;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _entered?.Leave(TenantId);
    }

    private static async Task<TenantSession> OpenAsync(TenantPool pool, Guid tenantId, TenantGate? entered, CancellationToken cancellationToken)
    {
        var connection = await pool.Sessions.OpenConnectionAsync(cancellationToken);
        try
        {
            var session = new TenantSession(connection, tenantId, entered, pool.Database);
            await session.ExecuteAsync("SELECT set_config('app.tenant_id', $1::text, false)", cancellationToken, tenantId.ToString());
            return session;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private NpgsqlCommand Command(string sql, object[] parameters)
    {
        // Deleting or counting a large tenant takes what it takes; a stop cancels it.
        var command = new NpgsqlCommand(sql, _connection) { CommandTimeout = 0 };
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return command;
    }
}
