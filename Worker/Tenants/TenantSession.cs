using Npgsql;

namespace ProductionReady.Worker.Tenants;

/// <summary>A connection on which row-level security shows one tenant's rows alone, until it goes back to its pool, which resets it.</summary>
internal sealed class TenantSession(NpgsqlConnection connection, Guid tenantId) : IAsyncDisposable
{
    /// <summary>The tenant.</summary>
    public Guid TenantId => tenantId;

    /// <summary>Opens one.</summary>
    public static async Task<TenantSession> OpenAsync(NpgsqlDataSource database, Guid tenantId, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            var session = new TenantSession(connection, tenantId);
            await session.ExecuteAsync("SELECT set_config('app.tenant_id', $1::text, false)", cancellationToken, tenantId.ToString());
            return session;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Begins a transaction.</summary>
    public ValueTask<NpgsqlTransaction> BeginAsync(CancellationToken cancellationToken) => connection.BeginTransactionAsync(cancellationToken);

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
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private NpgsqlCommand Command(string sql, object[] parameters)
    {
        // Deleting or counting a large tenant takes what it takes; a stop cancels it.
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return command;
    }
}
