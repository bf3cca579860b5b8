using System.Globalization;
using ProductionReady.Api.Redis;
using StackExchange.Redis;

namespace ProductionReady.Api.RateLimits;

/// <summary>The permits that all instances of the Api share, kept in Redis.</summary>
public sealed class SharedPermits(RedisLink redis)
{
    /// <summary>
    /// Takes up to the wanted number, all that the limit still allows, in one atomic step.
    /// KEYS: running window, window before. ARGV: limit, wanted, share of the running window that has passed, life in ms.
    /// </summary>
    private const string Script = """
        local current = tonumber(redis.call('GET', KEYS[1]) or '0')
        local previous = tonumber(redis.call('GET', KEYS[2]) or '0')
        local left = tonumber(ARGV[1]) - current - math.ceil(previous * (1 - tonumber(ARGV[3])))
        local granted = math.max(0, math.min(tonumber(ARGV[2]), left))
        if granted > 0 then
            redis.call('INCRBY', KEYS[1], granted)
            redis.call('PEXPIRE', KEYS[1], ARGV[4])
        end
        return {granted, previous, current + granted}
        """;

    /// <summary>Permits that were granted and the counts after that; <see langword="null"/> when Redis gave no answer.</summary>
    public async Task<(long Granted, SlidingWindow Window)?> TakeAsync(
        RateLimitKey key, long window, double elapsed, RateLimit limit, long wanted)
    {
        // The braces keep both keys on one node of a Redis cluster.
        var name = string.Create(CultureInfo.InvariantCulture, $"ratelimit:{{{key.Policy}:{key.Partition:x32}}}:");
        var answer = await redis.EvaluateAsync(
            Script,
            [name + window.ToString(CultureInfo.InvariantCulture), name + (window - 1).ToString(CultureInfo.InvariantCulture)],
            [limit.Permits, wanted, elapsed.ToString("R", CultureInfo.InvariantCulture), (long)(limit.Window.TotalMilliseconds * 2)]);
        if (answer is null)
        {
            return null;
        }

        var numbers = (RedisValue[])answer!;
        return ((long)numbers[0], new SlidingWindow((long)numbers[1], (long)numbers[2], elapsed));
    }
}
