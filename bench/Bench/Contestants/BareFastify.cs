using ProductionReady.Bench.Processes;
using ProductionReady.Bench.Servers;

namespace ProductionReady.Bench.Contestants;

/// <summary>The same statements behind bare Fastify routes on pg, in one process as Node runs by default.</summary>
internal static class BareFastify
{
    internal const string Name = "bare Fastify";

    internal static async Task<Contestant> StartAsync(
        Stage stage, Guid tenant, int connections, CancellationToken cancellation)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var server = BackgroundProcess.Start(
            Name,
            "node",
            [Path.Combine(stage.Place.Repository, "bench", "bare-fastify", "server.js")],
            stage.Place.ScratchFile("bare-fastify.log"),
            new Dictionary<string, string>
            {
                ["NODE_ENV"] = "production",
                ["PORT"] = $"{address.Port}",
                ["TENANT_ID"] = $"{tenant}",
                ["DATABASE_HOST"] = "127.0.0.1",
                ["DATABASE_PORT"] = $"{stage.Postgres.Port}",
                ["DATABASE_NAME"] = ScratchPostgres.Database,
                ["DATABASE_USER"] = Stage.ApiRole,
                ["DATABASE_PASSWORD"] = stage.ApiPassword,
                ["DATABASE_CONNECTIONS"] = $"{connections}",
            });
        try
        {
            await Answering.WaitAsync(server, new Uri(address, $"/api/v1/contacts/{Guid.Empty}"), 404, cancellation);
            return new Contestant(Name, address, server);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}
