using ProductionReady.Bench.Processes;
using ProductionReady.Bench.Servers;

namespace ProductionReady.Bench.Contestants;

/// <summary>The same statements behind bare minimal endpoints: what ASP.NET Core and Npgsql can do on this machine.</summary>
internal static class BareAspNet
{
    internal const string Name = "bare ASP.NET";

    /// <summary>Its name when connections go from one user to the next without a reset.</summary>
    internal const string WithoutReset = "bare ASP.NET, no reset";

    /// <param name="reset">
    /// Whether Npgsql resets a connection before it is used again: its default, and a good part of a read. The Api does
    /// without for single statements, so only without it the two do the same.
    /// </param>
    internal static async Task<Contestant> StartAsync(
        Stage stage, Guid tenant, int connections, bool reset, CancellationToken cancellation)
    {
        var name = reset ? Name : WithoutReset;
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var server = BackgroundProcess.Start(
            name,
            "dotnet",
            [stage.Place.Assembly("bench/bare-aspnet", "ProductionReady.BareAspNet")],
            stage.Place.ScratchFile($"bare-aspnet-{address.Port}.log"),
            new Dictionary<string, string>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["ASPNETCORE_URLS"] = address.ToString(),
                ["TenantId"] = $"{tenant}",
                ["ConnectionStrings__appdb"] =
                    $"{stage.ApiConnectionString};Maximum Pool Size={connections};Max Auto Prepare=8;No Reset On Close={!reset};Options=-c app.tenant_id={tenant}",
            });
        try
        {
            await Answering.WaitAsync(server, new Uri(address, $"/api/v1/contacts/{Guid.Empty}"), 404, cancellation);
            return new Contestant(name, address, server);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}
