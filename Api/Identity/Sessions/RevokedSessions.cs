using System.Collections.Concurrent;

namespace ProductionReady.Api.Identity.Sessions;

/// <summary>
/// The sessions that were revoked while access tokens of theirs may still be alive, as this process knows them, and whether
/// it knows them well enough to answer without asking anybody.
/// </summary>
/// <remarks>
/// It does while the feed (<see cref="RevocationFeed"/>) was in step with Redis within the last three seconds and nothing broke
/// since. A token issued before Redis's memory begins may have been revoked before it, so for such a token it does not.
/// </remarks>
public sealed class RevokedSessions(TimeProvider time)
{
    private static readonly TimeSpan TrustFor = TimeSpan.FromSeconds(3);

    /// <summary>How far the clocks of the instances may differ, on top of the whole seconds in which <c>iat</c> counts.</summary>
    private static readonly TimeSpan ClockDifference = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _until = new();
    private volatile Step? _inStep;

    /// <summary>Revoked, good, or not known here: then the database must be asked.</summary>
    public SessionState Look(Guid sessionId, DateTimeOffset tokenIssuedAt)
    {
        if (_until.ContainsKey(sessionId))
        {
            return SessionState.Revoked;
        }

        return _inStep is { } step && time.GetElapsedTime(step.At) < TrustFor && tokenIssuedAt > step.MemoryBegins + ClockDifference
            ? SessionState.Good
            : SessionState.Unknown;
    }

    /// <summary>Remembers a revocation until no access token of the session can be alive.</summary>
    public void Add(Guid sessionId, DateTimeOffset until) => _until[sessionId] = until;

    /// <summary>All that are remembered.</summary>
    public IEnumerable<KeyValuePair<Guid, DateTimeOffset>> All => _until;

    /// <summary>This process and Redis know the same now.</summary>
    /// <param name="memoryBegins">Since when Redis remembers revocations without a gap.</param>
    public void InStep(DateTimeOffset memoryBegins)
    {
        _inStep = new Step(time.GetTimestamp(), memoryBegins);
        foreach (var (session, until) in _until)
        {
            if (until < time.GetUtcNow())
            {
                _until.TryRemove(new(session, until));
            }
        }
    }

    /// <summary>Messages may have been missed.</summary>
    public void OutOfStep() => _inStep = null;

    private sealed record Step(long At, DateTimeOffset MemoryBegins);
}

/// <summary>What is known about a session.</summary>
public enum SessionState
{
    /// <summary>Ask the database.</summary>
    Unknown,

    /// <summary>Not revoked.</summary>
    Good,

    /// <summary>Revoked: refuse the token.</summary>
    Revoked,
}
