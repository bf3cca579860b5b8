using Npgsql;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Idempotency;

/// <summary>An advisory lock that the test holds and the Api's transactions wait for in the <see cref="Trigger"/>.</summary>
internal sealed class Gate(ApiFixture api, NpgsqlConnection connection) : IAsyncDisposable
{
    private const int Number = 4711;

    /// <summary>What a trigger runs.</summary>
    public string Wait => $"PERFORM pg_advisory_xact_lock_shared({Number})";

    public static async Task<Gate> CloseAsync(ApiFixture api)
    {
        var connection = new NpgsqlConnection(api.AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({Number})", connection);
        await command.ExecuteNonQueryAsync();
        return new Gate(api, connection);
    }

    public Task SomebodyWaitsAsync() => Eventually.BecomesTrueAsync("somebody waits at the gate", TimeSpan.FromSeconds(30), () => api.SqlAsync<bool>($"""
        SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database d ON d.oid = database
                       WHERE d.datname = current_database() AND locktype = 'advisory' AND classid = 0 AND objid = {Number} AND NOT granted)
        """));

    public async Task OpenAsync() => await connection.CloseAsync();

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
