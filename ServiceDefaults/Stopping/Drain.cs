using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ProductionReady.ServiceDefaults.Configuration;

namespace ProductionReady.ServiceDefaults.Stopping;

/// <summary>
/// The graceful stop. On SIGTERM <c>/health/ready</c> turns 503 at once, while the server keeps listening for as long as
/// <see cref="StoppingOptions.AnnounceFor"/> says and requests are in flight, at most
/// <see cref="StoppingOptions.FinishWithin"/> longer; only then does Kestrel stop listening and the process exits with 0.
/// Kestrel by itself would stop listening first: a probe would see a refused connection instead of the 503, and a load
/// balancer that has not noticed yet would turn its clients' requests into errors.
/// </summary>
internal sealed partial class Drain(
    DrainState state,
    RequestsInFlight requests,
    IOptions<StoppingOptions> options,
    IOptions<HostOptions> host,
    TimeProvider time,
    ILogger<Drain> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>For what comes after the drain: closing the server, which aborts what is still in flight at the end of it.</summary>
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(2);

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.Begin();
        var began = time.GetTimestamp();
        LogDraining(requests.Count);
        var latest = options.Value.AnnounceFor + options.Value.FinishWithin;
        while (time.GetElapsedTime(began) is var elapsed && elapsed < latest && !cancellationToken.IsCancellationRequested
            && (elapsed < options.Value.AnnounceFor || requests.Count > 0))
        {
            await Task.Delay(LookEvery, time, CancellationToken.None);
        }

        LogDrained(time.GetElapsedTime(began).TotalMilliseconds, requests.Count);
    }

    /// <summary>Not where options are configured: the host reads its own before any could be checked.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        host.Value.ShutdownTimeout = options.Value.AnnounceFor + options.Value.FinishWithin + CloseWithin;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "Told to stop: not ready from now on, {Requests} requests in flight")]
    private partial void LogDraining(long requests);

    [LoggerMessage(LogLevel.Information, "Drained in {Milliseconds:F0} ms, {Requests} requests still in flight")]
    private partial void LogDrained(double milliseconds, long requests);
}

/// <summary>Registers the graceful stop.</summary>
public static class DrainExtensions
{
    internal static void AddDrain(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<StoppingOptions>()
            .Configure(options => options.AnnounceFor = TimeSpan.FromSeconds(builder.Environment.IsDevelopment() ? 0 : 5))
            .BindChecked(StoppingOptions.Section)
            .Validate(
                options => options.AnnounceFor >= TimeSpan.Zero && options.AnnounceFor <= TimeSpan.FromMinutes(5),
                "Stopping:AnnounceFor must lie between 0 and 5 minutes.")
            .Validate(
                options => options.FinishWithin >= TimeSpan.FromSeconds(1) && options.FinishWithin <= TimeSpan.FromHours(1),
                "Stopping:FinishWithin must lie between 1 second and 1 hour.")
            .ValidateOnStart();
        builder.Services.AddSingleton<RequestsInFlight>();
        builder.Services.AddSingleton<DrainState>();
        builder.Services.AddSingleton<IStartupFilter, CountRequestsInFlight>();
        builder.Services.AddHostedService<Drain>();
    }
}
