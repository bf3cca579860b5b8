using ProductionReady.Bench.Processes;

namespace ProductionReady.Bench.Contestants;

/// <summary>Waits until a service answers.</summary>
internal static class Answering
{
    /// <summary>Returns when the address gives the wanted status.</summary>
    /// <exception cref="BenchException">The service ended, or a minute passed.</exception>
    internal static async Task WaitAsync(BackgroundProcess server, Uri address, int status, CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        await server.WaitUntilAsync(
            async () =>
            {
                try
                {
                    using var response = await client.GetAsync(address, cancellation);
                    return (int)response.StatusCode == status;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromMinutes(1),
            cancellation);
    }
}
