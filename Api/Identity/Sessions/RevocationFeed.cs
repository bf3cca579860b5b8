using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Api.Redis;

namespace ProductionReady.Api.Identity.Sessions;

/// <summary>
/// Makes a revocation effective in every instance at once, and lets a request pass without asking Redis or the database.
/// </summary>
/// <remarks>
/// Redis holds a sorted set of revoked sessions, a counter of changes, and the time from which on it remembers all. A
/// revocation is written to the database first, then here: one script adds it, counts and publishes it. Each instance
/// hears the channel, and since a channel may lose messages, compares the counter once a second and reads the whole set
/// when they differ. While that works, the set in this process answers; as soon as it does not, or Redis lost its memory,
/// <see cref="SessionCheck"/> asks the database instead. What could not be published is tried again every second.
/// </remarks>
public sealed partial class RevocationFeed(
    RedisLink redis, RevokedSessions revoked, IOptions<IdentityOptions> options, TimeProvider time, ILogger<RevocationFeed> logger)
    : BackgroundService
{
    private static readonly TimeSpan CompareEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _unpublished = new();
    private string _known = "";
    private bool _subscribed;

    /// <summary>Call after the session is revoked in the database.</summary>
    public async Task PublishAsync(Guid sessionId)
    {
        var until = time.GetUtcNow() + options.Value.AccessTokenLifetime + (2 * AccessTokenValidator.Leeway);
        revoked.Add(sessionId, until);
        _unpublished[sessionId] = until;
        await PublishWaitingAsync();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        redis.WentDown += revoked.OutOfStep;
        using var timer = new PeriodicTimer(CompareEvery, time);
        do
        {
            await CompareAsync();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task CompareAsync()
    {
        if (!redis.IsUp)
        {
            revoked.OutOfStep();
            return;
        }

        // Heard first and compared after: what happens in between is heard.
        _subscribed = _subscribed || await redis.TrySubscribeAsync(RevocationScripts.Channel, Hear);
        await PublishWaitingAsync();
        if (_subscribed && await RevocationScripts.CompareAsync(redis, _known, time.GetUtcNow()) is { } state)
        {
            if (state.Revoked is { } all)
            {
                Take(all);
            }

            _known = state.Version;
            revoked.InStep(state.MemoryBegins);
        }
    }

    /// <summary>Takes what Redis knows; what it does not know any more was lost there, and is told to it again.</summary>
    private void Take(IReadOnlyDictionary<Guid, DateTimeOffset> all)
    {
        foreach (var (session, until) in revoked.All)
        {
            if (!all.ContainsKey(session) && until > time.GetUtcNow())
            {
                _unpublished[session] = until;
            }
        }

        foreach (var (session, until) in all)
        {
            revoked.Add(session, until);
        }

        LogTaken(all.Count);
    }

    private async Task PublishWaitingAsync()
    {
        foreach (var (session, until) in _unpublished)
        {
            if (until > time.GetUtcNow() && !await RevocationScripts.AddAsync(redis, session, until))
            {
                LogWaiting(_unpublished.Count);
                return;
            }

            _unpublished.TryRemove(new(session, until));
        }
    }

    private void Hear(string message)
    {
        var parts = message.Split(' ');
        if (parts.Length == 2 && Guid.TryParseExact(parts[0], "N", out var session)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var until))
        {
            revoked.Add(session, DateTimeOffset.FromUnixTimeSeconds(until));
        }
    }

    [LoggerMessage(LogLevel.Debug, "Took {Count} revoked sessions from Redis")]
    private partial void LogTaken(int count);

    [LoggerMessage(LogLevel.Warning, "{Count} revoked sessions could not be told to the other instances yet; trying again every second")]
    private partial void LogWaiting(int count);
}
