using ProductionReady.Bench.Processes;
using ProductionReady.Bench.Servers;

namespace ProductionReady.Bench.Contestants;

/// <summary>The Api as operators run it: Release, Production, every middleware on; only the rate limits are out of reach.</summary>
internal static class RealApi
{
    internal const string Name = "Api";

    private static readonly string[] RateLimits =
        ["Address", "Principal", "Tenant", "Login", "LoginAccount", "SignUp", "Refresh"];

    /// <summary>
    /// Waits until the Api trusts its new Redis. Tokens that were issued in the first seconds of Redis's memory are looked up
    /// in the database at each use; a service that has run for a while has none of them.
    /// </summary>
    internal static Task SettleAsync(CancellationToken cancellation) => Task.Delay(TimeSpan.FromSeconds(10), cancellation);

    internal static async Task<Contestant> StartAsync(Stage stage, CancellationToken cancellation)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var assembly = stage.Place.Assembly("Api", "ProductionReady.Api");
        var server = BackgroundProcess.Start(
            Name,
            "dotnet",
            [assembly],
            stage.Place.ScratchFile($"api-{address.Port}.log"),
            new Dictionary<string, string>(RateLimits.Select(policy =>
                KeyValuePair.Create($"RateLimits__{policy}__Permits", "1000000000")))
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["ASPNETCORE_URLS"] = address.ToString(),
                ["ConnectionStrings__appdb-api"] = stage.ApiConnectionString,
                ["ConnectionStrings__cache"] = stage.Redis.ConnectionString,
                ["Identity__KeyEncryptionKey"] = stage.KeyEncryptionKey,
                ["Mail__PublicUrl"] = "https://bench.example",
                ["Mail__From"] = "no-reply@bench.example",
                ["Mail__Smtp__Host"] = "127.0.0.1",
            },
            workingDirectory: Path.GetDirectoryName(assembly));
        try
        {
            await Answering.WaitAsync(server, new Uri(address, "/health/ready"), 200, cancellation);
            return new Contestant(Name, address, server);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}
