using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace ProductionReady.Api.RateLimits;

/// <summary>
/// Lets requests in up to a limit that all instances share. Permits are drawn from Redis in batches of a fiftieth of the
/// limit, so that most requests cost a look into this process's memory: the limit is never exceeded, and an instance may
/// leave a batch unused. When Redis does not answer, each instance counts for itself, going on from what it let in already.
/// </summary>
public sealed class RateLimiter : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ProductionReady.Api.RateLimits";

    /// <summary>More keys than this share one bucket a policy: a flood of addresses must not fill the memory.</summary>
    private const int MostBuckets = 100_000;

    private const long LargestBatch = 1_000;

    private readonly ConcurrentDictionary<RateLimitKey, PermitBucket> _buckets = new();
    private readonly RateLimitOptions _options;
    private readonly SharedPermits _shared;
    private readonly TimeProvider _time;
    private readonly Meter _meter;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _countedAlone;

    /// <summary>Made once for the process.</summary>
    public RateLimiter(IOptions<RateLimitOptions> options, SharedPermits shared, TimeProvider time, IMeterFactory meters)
    {
        (_options, _shared, _time) = (options.Value, shared, time);
        _meter = meters.Create(MeterName);
        _refused = _meter.CreateCounter<long>("productionready.rate_limit.refused", "{request}", "Requests over a rate limit, by policy");
        _countedAlone = _meter.CreateCounter<long>(
            "productionready.rate_limit.counted_alone", "{request}", "Requests counted by this process alone because Redis did not answer, by policy");
    }

    /// <summary>Takes one permit; <see langword="null"/> when the policy, or all of them, are switched off.</summary>
    public async ValueTask<RateLimitDecision?> TakeAsync(RateLimitKey key)
    {
        var limit = _options.Of(key.Policy);
        if (limit.Permits == 0 || !_options.Enabled)
        {
            return null;
        }

        var (window, elapsed, now) = Now(limit);
        var bucket = BucketOf(key);
        var given = bucket.TryGive(window, now, out var left, out var refusedUntil);
        var decision = given is { } known
            ? Decide(key.Policy, limit, known, left, known ? limit.Window * (1 - elapsed) : TimeSpan.FromMilliseconds(refusedUntil - now), alone: false)
            : await DrawAsync(key, limit, bucket);
        if (!decision.Allowed)
        {
            _refused.Add(1, new KeyValuePair<string, object?>("policy", key.Policy.ToString()));
        }

        return decision;
    }

    /// <summary>Forgets keys that were not seen for two windows.</summary>
    public void ForgetIdle()
    {
        foreach (var (key, bucket) in _buckets)
        {
            if (bucket.LastWindow < Now(_options.Of(key.Policy)).Window - 1)
            {
                _buckets.TryRemove(new(key, bucket));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private async Task<RateLimitDecision> DrawAsync(RateLimitKey key, RateLimit limit, PermitBucket bucket)
    {
        await bucket.Drawing.WaitAsync();
        try
        {
            var (window, elapsed, now) = Now(limit);
            if (bucket.TryGive(window, now, out var left, out var refusedUntil) is { } given)
            {
                var reset = given ? limit.Window * (1 - elapsed) : TimeSpan.FromMilliseconds(refusedUntil - now);
                return Decide(key.Policy, limit, given, left, reset, alone: false);
            }

            var batch = Math.Clamp(limit.Permits / 50, 1, LargestBatch);
            if (await _shared.TakeAsync(key, window, elapsed, limit, batch) is not { } taken)
            {
                return CountAlone(key.Policy, limit, bucket);
            }

            if (taken.Granted > 0)
            {
                left = taken.Granted - 1 + taken.Window.Left(limit.Permits);
                bucket.Add(window, taken.Granted, taken.Window.Left(limit.Permits));
                bucket.TryGive(window, now, out _, out _);
                return Decide(key.Policy, limit, true, left, limit.Window * (1 - elapsed), alone: false);
            }

            var wait = limit.Window * taken.Window.WaitFor(limit.Permits);
            bucket.Refuse(now + (long)Math.Min(wait.TotalMilliseconds, 1_000));
            return Decide(key.Policy, limit, false, 0, wait, alone: false);
        }
        finally
        {
            bucket.Drawing.Release();
        }
    }

    private RateLimitDecision CountAlone(RateLimitPolicy policy, RateLimit limit, PermitBucket bucket)
    {
        var (window, elapsed, _) = Now(limit);
        _countedAlone.Add(1, new KeyValuePair<string, object?>("policy", policy.ToString()));
        var allowed = bucket.TryGiveLocally(window, elapsed, limit.Permits, out var counts);
        var reset = allowed ? 1 - elapsed : counts.WaitFor(limit.Permits);
        return Decide(policy, limit, allowed, counts.Left(limit.Permits), limit.Window * reset, alone: true);
    }

    private PermitBucket BucketOf(RateLimitKey key)
    {
        if (_buckets.TryGetValue(key, out var bucket))
        {
            return bucket;
        }

        return _buckets.GetOrAdd(_buckets.Count < MostBuckets ? key : key with { Partition = UInt128.MaxValue }, _ => new PermitBucket());
    }

    private (long Window, double Elapsed, long Now) Now(RateLimit limit)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var length = (long)limit.Window.TotalMilliseconds;
        return (now / length, (double)(now % length) / length, now);
    }

    private static RateLimitDecision Decide(RateLimitPolicy policy, RateLimit limit, bool allowed, long left, TimeSpan reset, bool alone) =>
        new(policy, allowed, limit.Permits, left, reset, limit.Window, alone);
}
