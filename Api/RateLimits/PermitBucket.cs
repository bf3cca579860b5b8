namespace ProductionReady.Api.RateLimits;

/// <summary>
/// What this process knows about one key: the permits it has drawn from Redis and not yet given out, and how many it gave
/// out itself, which is what counts when Redis is away.
/// </summary>
public sealed class PermitBucket
{
    private readonly Lock _gate = new();
    private long _window;
    private long _given;
    private long _givenBefore;
    private long _drawn;
    private long _leftShared;
    private long _refusedUntil;

    /// <summary>One draw from Redis at a time; the others wait for its permits.</summary>
    public SemaphoreSlim Drawing { get; } = new(1, 1);

    /// <summary>Index of the window that was last used, to find idle buckets.</summary>
    public long LastWindow => Volatile.Read(ref _window);

    /// <summary>
    /// Gives a permit out of those that were drawn. Null: there is none, draw some first. False: Redis refused a moment ago,
    /// and <paramref name="left"/> is 0.
    /// </summary>
    /// <param name="window">Index of the running window.</param>
    /// <param name="now">Clock, in milliseconds.</param>
    /// <param name="left">Permits left.</param>
    /// <param name="refusedUntil">When Redis is worth asking again, on the same clock.</param>
    public bool? TryGive(long window, long now, out long left, out long refusedUntil)
    {
        lock (_gate)
        {
            Turn(window);
            refusedUntil = _refusedUntil;
            left = 0;
            if (_drawn > 0)
            {
                _drawn--;
                _given++;
                left = _drawn + _leftShared;
                return true;
            }

            return now < _refusedUntil ? false : null;
        }
    }

    /// <summary>Adds permits that were drawn from Redis, and what Redis said is left there.</summary>
    public void Add(long window, long granted, long leftShared)
    {
        lock (_gate)
        {
            Turn(window);
            _drawn += granted;
            _leftShared = leftShared;
        }
    }

    /// <summary>Remembers that Redis has no permit before that time.</summary>
    public void Refuse(long until)
    {
        lock (_gate)
        {
            _refusedUntil = until;
        }
    }

    /// <summary>Gives a permit by this process's own count alone.</summary>
    public bool TryGiveLocally(long window, double elapsed, long limit, out SlidingWindow counts)
    {
        lock (_gate)
        {
            Turn(window);
            counts = new SlidingWindow(_givenBefore, _given, elapsed);
            if (counts.Left(limit) == 0)
            {
                return false;
            }

            _given++;
            counts = counts with { Current = _given };
            return true;
        }
    }

    /// <summary>Permits drawn for one window are not good for the next.</summary>
    private void Turn(long window)
    {
        if (window <= _window)
        {
            return;
        }

        _givenBefore = window == _window + 1 ? _given : 0;
        (_window, _given, _drawn, _leftShared) = (window, 0, 0, 0);
    }
}
