using Npgsql;

namespace ProductionReady.Tests.Fixtures;

/// <summary>A change that is made and not committed yet, so that whoever wants to change the same row waits for it.</summary>
public sealed class HeldChange : IAsyncDisposable
{
    private readonly string _adminConnectionString;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private HeldChange(string adminConnectionString, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_adminConnectionString, _connection, _transaction) = (adminConnectionString, connection, transaction);

    /// <summary>Makes it, as the superuser.</summary>
    public static async Task<HeldChange> MakeAsync(string adminConnectionString, string sql, params object[] parameters)
    {
        var connection = new NpgsqlConnection(adminConnectionString);
        await connection.OpenAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        (await command.ExecuteNonQueryAsync()).ShouldBe(1);
        return new HeldChange(adminConnectionString, connection, transaction);
    }

    /// <summary>Returns when somebody waits for it.</summary>
    public async Task SomebodyWaitsAsync()
    {
        await using var other = new NpgsqlConnection(_adminConnectionString);
        await other.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid)))", other);
        command.Parameters.Add(new NpgsqlParameter { Value = _connection.ProcessID });
        await Eventually.BecomesTrueAsync(
            "somebody waits for the change", TimeSpan.FromSeconds(60), async () => (bool)(await command.ExecuteScalarAsync())!);
    }

    public Task CommitAsync() => _transaction.CommitAsync();

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
