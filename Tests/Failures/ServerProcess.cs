using System.Diagnostics;
using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Failures;

/// <summary>Finds the app's own server processes by the folder or port that only they use, and kills them.</summary>
internal static class ServerProcess
{
    /// <summary>Kills the postmaster the way a crash would: nothing of it can run any more.</summary>
    public static async Task KillPostgresAsync(App app)
    {
        await using var connection = await app.Postgres.OpenAsync(
            ResourceNames.AppDatabase, await app.ConnectionStringAsync(ResourceNames.AppDatabase));
        await using var command = new NpgsqlCommand("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)", connection);
        Kill(int.Parse((string)(await command.ExecuteScalarAsync())!));
    }

    /// <summary>Kills Redis likewise.</summary>
    public static async Task KillRedisAsync(App app)
    {
        var address = (await app.ConnectionStringAsync(ResourceNames.Cache)).Split(',')[0];
        var port = address[(address.LastIndexOf(':') + 1)..];
        // Redis makes its address part of its name.
        var server = Process.GetProcesses().Single(process =>
            process.ProcessName.StartsWith("redis-server", StringComparison.Ordinal) && process.ProcessName.EndsWith($":{port}", StringComparison.Ordinal));
        Kill(server.Id);
    }

    private static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
    }
}
