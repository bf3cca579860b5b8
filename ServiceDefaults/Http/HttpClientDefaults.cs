using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ProductionReady.ServiceDefaults.Configuration;

namespace ProductionReady.ServiceDefaults.Http;

/// <summary>Gives every client of the <see cref="IHttpClientFactory"/> the same protection.</summary>
public static class HttpClientDefaults
{
    /// <summary>Adds timeout, retry with jitter and circuit breaker to each named and typed client.</summary>
    public static void AddHttpClientDefaults(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<HttpResilienceOptions>()
            .BindChecked(HttpResilienceOptions.Section)
            .Validate(
                options => options.AttemptTimeout > TimeSpan.Zero && options.TotalTimeout >= options.AttemptTimeout,
                "HttpClient:AttemptTimeout must be more than 0 and HttpClient:TotalTimeout no less than it.")
            .Validate(
                options => options.Retries is >= 0 and <= 10 && options.FirstDelay >= TimeSpan.Zero,
                "HttpClient:Retries must lie between 0 and 10, HttpClient:FirstDelay must not be negative.")
            .Validate(
                options => options.BreakerFailureRatio is > 0 and <= 1 && options.BreakerMinimumThroughput >= 2
                    && options.BreakerWindow >= TimeSpan.FromSeconds(1) && options.BreakerPause >= TimeSpan.FromSeconds(1),
                "HttpClient:BreakerFailureRatio must lie above 0 and up to 1, BreakerMinimumThroughput be 2 or more, "
                + "BreakerWindow and BreakerPause 1 second or more.")
            .ValidateOnStart();
        builder.Services.AddSingleton<HttpResiliencePipelines>();
        builder.Services.AddTransient<HttpResilienceHandler>();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            // The pipeline's own limits hold; the client's would cut the retries short.
            http.ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan);
            http.AddHttpMessageHandler<HttpResilienceHandler>();
        });
    }
}
