using System.Globalization;
using ProductionReady.Api.Redis;
using StackExchange.Redis;

namespace ProductionReady.Api.Identity.Sessions;

/// <summary>How revoked sessions are kept in Redis. Times are seconds since 1970; the braces keep the keys on one node.</summary>
internal static class RevocationScripts
{
    /// <summary>Carries <c>SESSION UNTIL</c> for each revocation.</summary>
    public const string Channel = "{revoked-sessions}:told";

    private static readonly RedisKey[] Keys = ["{revoked-sessions}", "{revoked-sessions}:changes", "{revoked-sessions}:since"];

    private const string Add = """
        redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
        redis.call('INCR', KEYS[2])
        redis.call('PUBLISH', ARGV[3], ARGV[1] .. ' ' .. ARGV[2])
        return 1
        """;

    /// <summary>A memory without a beginning is a new one: it begins now, and whoever knew the old one reads it anew.</summary>
    private const string Compare = """
        local since = redis.call('GET', KEYS[3])
        if not since then
            since = ARGV[2]
            redis.call('SET', KEYS[3], since)
        end
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[2])
        local version = since .. ':' .. (redis.call('GET', KEYS[2]) or '0')
        if version == ARGV[1] then
            return {version, since}
        end
        return {version, since, redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')}
        """;

    /// <summary>Adds one and tells the others; false when Redis gave no answer.</summary>
    public static async Task<bool> AddAsync(RedisLink redis, Guid sessionId, DateTimeOffset until) =>
        await redis.EvaluateAsync(Add, Keys, [sessionId.ToString("N"), until.ToUnixTimeSeconds(), Channel]) is not null;

    /// <summary>What changed since the known version; null when Redis gave no answer.</summary>
    public static async Task<RevocationState?> CompareAsync(RedisLink redis, string known, DateTimeOffset now)
    {
        if (await redis.EvaluateAsync(Compare, Keys, [known, now.ToUnixTimeSeconds()]) is not { } answer)
        {
            return null;
        }

        var parts = (RedisResult[])answer!;
        return new RevocationState(
            (string)parts[0]!,
            Time((string)parts[1]!),
            parts.Length == 3 ? Members((RedisValue[])parts[2]!) : null);
    }

    private static Dictionary<Guid, DateTimeOffset> Members(RedisValue[] flat)
    {
        var members = new Dictionary<Guid, DateTimeOffset>(flat.Length / 2);
        for (var i = 0; i + 1 < flat.Length; i += 2)
        {
            members[Guid.ParseExact(flat[i].ToString(), "N")] = Time(flat[i + 1].ToString());
        }

        return members;
    }

    private static DateTimeOffset Time(string seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture));
}

/// <summary>What Redis knows.</summary>
/// <param name="Version">Changes with each revocation.</param>
/// <param name="MemoryBegins">Since when it remembers all.</param>
/// <param name="Revoked">All revoked sessions, when the version is not the known one.</param>
internal sealed record RevocationState(string Version, DateTimeOffset MemoryBegins, IReadOnlyDictionary<Guid, DateTimeOffset>? Revoked);
