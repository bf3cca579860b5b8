using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Idempotency;

/// <summary>A second Api on a fixture's database, in a process of its own that can be killed.</summary>
internal sealed class ApiProcess(Process process, Uri address) : IAsyncDisposable
{
    public static async Task<ApiProcess> StartAsync(App app, ApiFixture api)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        listener.Stop();
        var started = new ApiProcess(
            ServiceRun.Start("Api", new Dictionary<string, string>
            {
                ["ASPNETCORE_URLS"] = address.ToString(),
                ["Mail__PublicUrl"] = "https://app.example",
                ["Mail__From"] = "no-reply@app.example",
                ["Mail__Smtp__Host"] = "127.0.0.1",
                ["Identity__KeyEncryptionKey"] = "a key that only the tests of this class ever use",
                [$"ConnectionStrings__{ResourceNames.ApiDatabase}"] = await api.ConnectionStringAsync(ResourceNames.ApiDatabase),
                [$"ConnectionStrings__{ResourceNames.Cache}"] = await app.ConnectionStringAsync(ResourceNames.Cache),
            }),
            address);
        _ = started.ReadAsync();
        await Eventually.BecomesTrueAsync("the Api is ready", TimeSpan.FromSeconds(60), started.IsReadyAsync);
        return started;
    }

    /// <summary>A client with the same access token.</summary>
    public HttpClient ClientOf(SignedIn user) => new()
    {
        BaseAddress = address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", user.AccessToken) },
    };

    public void Kill() => process.Kill(entireProcessTree: true);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task ReadAsync() =>
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());

    private async Task<bool> IsReadyAsync()
    {
        process.HasExited.ShouldBeFalse();
        using var probe = new HttpClient { BaseAddress = address };
        try
        {
            using var answer = await probe.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
