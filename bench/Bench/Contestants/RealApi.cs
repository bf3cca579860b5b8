using ProductionReady.Bench.Processes;
using ProductionReady.Bench.Servers;

namespace ProductionReady.Bench.Contestants;

/// <summary>The Api as operators run it: Release, Production, every middleware on; only the rate limits are out of reach.</summary>
internal static class RealApi
{
    internal const string Name = "Api";

    private static readonly string[] RateLimits =
        ["Address", "Principal", "Tenant", "Login", "LoginAccount", "SignUp", "Refresh"];

    /// <summary>Its name when no Redis answers it.</summary>
    internal const string WithoutRedis = "Api, Redis down";

    private const string Nobody = "127.0.0.1:1,abortConnect=false,connectTimeout=500";

    /// <param name="redis">Whether it has one; without it goes on, and limits count per process.</param>
    internal static async Task<Contestant> StartAsync(Stage stage, CancellationToken cancellation, bool redis = true)
    {
        var name = redis ? Name : WithoutRedis;
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var assembly = stage.Place.Assembly("Api", "ProductionReady.Api");
        var server = BackgroundProcess.Start(
            name,
            "dotnet",
            [assembly],
            stage.Place.ScratchFile($"api-{address.Port}.log"),
            new Dictionary<string, string>(RateLimits.Select(policy =>
                KeyValuePair.Create($"RateLimits__{policy}__Permits", "1000000000")))
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["ASPNETCORE_URLS"] = address.ToString(),
                ["ConnectionStrings__appdb-api"] = stage.ApiConnectionString,
                ["ConnectionStrings__cache"] = redis ? stage.Redis.ConnectionString : Nobody,
                ["Identity__KeyEncryptionKey"] = stage.KeyEncryptionKey,
                ["Mail__PublicUrl"] = "https://bench.example",
                ["Mail__From"] = "no-reply@bench.example",
                ["Mail__Smtp__Host"] = "127.0.0.1",
            },
            workingDirectory: Path.GetDirectoryName(assembly));
        try
        {
            await Answering.WaitAsync(server, new Uri(address, "/health/ready"), 200, cancellation);
            return new Contestant(name, address, server);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}
