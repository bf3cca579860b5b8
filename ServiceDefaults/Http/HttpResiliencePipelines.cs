using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace ProductionReady.ServiceDefaults.Http;

/// <summary>
/// One pipeline for each scheme, host and port, so that one that is down opens no circuit but its own: total timeout, retry,
/// circuit breaker, timeout of the attempt, from the outside in.
/// </summary>
public sealed class HttpResiliencePipelines(IOptions<HttpResilienceOptions> options, TimeProvider time)
{
    /// <summary>Beyond this many hosts the oldest knowledge is dropped rather than memory grown.</summary>
    private const int MostHosts = 1_000;

    internal static readonly ResiliencePropertyKey<bool> MayRepeat = new("may-repeat");

    private readonly ConcurrentDictionary<string, ResiliencePipeline<HttpResponseMessage>> _pipelines = new(StringComparer.Ordinal);

    /// <summary>The pipeline for the host of an address.</summary>
    public ResiliencePipeline<HttpResponseMessage> For(Uri? address)
    {
        if (_pipelines.Count > MostHosts)
        {
            _pipelines.Clear();
        }

        return _pipelines.GetOrAdd(address?.GetLeftPart(UriPartial.Authority) ?? "", _ => Create());
    }

    private ResiliencePipeline<HttpResponseMessage> Create()
    {
        var settings = options.Value;
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        builder.AddTimeout(settings.TotalTimeout);
        if (settings.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = settings.Retries,
                Delay = settings.FirstDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = args => ValueTask.FromResult(
                    args.Context.Properties.GetValue(MayRepeat, false) && IsPassing(args.Outcome)),
                DelayGenerator = args => ValueTask.FromResult(args.Outcome.Result?.Headers.RetryAfter?.Delta),
            });
        }

        return builder
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = settings.BreakerFailureRatio,
                MinimumThroughput = settings.BreakerMinimumThroughput,
                SamplingDuration = settings.BreakerWindow,
                BreakDuration = settings.BreakerPause,
                ShouldHandle = args => ValueTask.FromResult(IsPassing(args.Outcome)),
            })
            .AddTimeout(settings.AttemptTimeout)
            .Build();
    }

    private static bool IsPassing(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException or TimeoutRejectedException } => true,
        { Result.StatusCode: >= HttpStatusCode.InternalServerError } => true,
        { Result.StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests } => true,
        _ => false,
    };
}
