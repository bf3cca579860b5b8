using ProductionReady.Bench.Processes;
using ProductionReady.Bench.Servers;

namespace ProductionReady.Bench.Contestants;

/// <summary>The same statements behind bare minimal endpoints: what ASP.NET Core and Npgsql can do on this machine.</summary>
internal static class BareAspNet
{
    internal const string Name = "bare ASP.NET";

    internal static async Task<Contestant> StartAsync(
        Stage stage, Guid tenant, int connections, CancellationToken cancellation)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var server = BackgroundProcess.Start(
            Name,
            "dotnet",
            [stage.Place.Assembly("bench/bare-aspnet", "ProductionReady.BareAspNet")],
            stage.Place.ScratchFile("bare-aspnet.log"),
            new Dictionary<string, string>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["ASPNETCORE_URLS"] = address.ToString(),
                ["TenantId"] = $"{tenant}",
                ["ConnectionStrings__appdb"] =
                    $"{stage.ApiConnectionString};Maximum Pool Size={connections};Max Auto Prepare=8;Options=-c app.tenant_id={tenant}",
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
