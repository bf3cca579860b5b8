using ProductionReady.Bench.Processes;

namespace ProductionReady.Bench.Contestants;

/// <summary>The app as one command starts it: the AppHost with the embedded servers, on a data folder of its own.</summary>
internal static class WholeApp
{
    /// <summary>Starts it and returns when the Api is ready and the Worker runs.</summary>
    internal static async Task<BackgroundProcess> StartAsync(Workplace place, string data, CancellationToken cancellation)
    {
        var assembly = place.Assembly("AppHost", "ProductionReady.AppHost");
        var app = BackgroundProcess.Start(
            "AppHost",
            "dotnet",
            [assembly],
            $"{data}.log",
            new Dictionary<string, string>
            {
                ["DOTNET_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["Servers__Kind"] = "embedded",
                ["Servers__DataPath"] = data,

                // Generated passwords are kept as user secrets: here, not among the person's own.
                ["HOME"] = $"{data}-home",
            },
            workingDirectory: Path.GetDirectoryName(assembly));
        try
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            await app.WaitUntilAsync(() => IsReadyAsync(app, client, cancellation), TimeSpan.FromMinutes(3), cancellation);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private static async Task<bool> IsReadyAsync(BackgroundProcess app, HttpClient client, CancellationToken cancellation)
    {
        var family = ProcessFamily.Of(app.Id).Select(id => (Id: id, Command: ProcessFamily.CommandLine(id))).ToList();
        var api = family.FirstOrDefault(process => Runs(process.Command, "ProductionReady.Api")).Id;
        var address = api == 0 ? null : ProcessFamily.Variable(api, "ASPNETCORE_URLS");
        if (address is null || !family.Exists(process => Runs(process.Command, "ProductionReady.Worker")))
        {
            return false;
        }

        try
        {
            using var response = await client.GetAsync($"{address.Split(';')[0].TrimEnd('/')}/health/ready", cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static bool Runs(string command, string assembly) =>
        command.Contains(assembly, StringComparison.Ordinal) && !command.StartsWith("bash", StringComparison.Ordinal);
}
