using System.Collections.Concurrent;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Audit.Refusals;

/// <summary>
/// Keeps a flood of refusals from filling the trail: of those that are alike (<see cref="RefusalKey"/>)
/// <see cref="PerMinute"/> are recorded in a minute, of all of one tenant's <see cref="PerMinuteAndTenant"/>, by each instance of
/// the Api. The others are counted, and the count is recorded when the minute is over.
/// </summary>
public sealed class RefusalBudget(TimeProvider time)
{
    /// <summary>Entries a minute for refusals that are alike.</summary>
    public const int PerMinute = 10;

    /// <summary>Entries a minute for all refusals of one kind in one tenant.</summary>
    public const int PerMinuteAndTenant = 300;

    // Callers choose some of the keys, so memory is bounded too; what does not fit is counted for the tenant as a whole.
    private const int MaxKeys = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<RefusalKey, Count> _counts = new();

    /// <summary>Whether to record this one; otherwise it has been counted.</summary>
    public bool TryTake(RefusalKey key)
    {
        var ofTenant = new RefusalKey(key.TenantId, key.Action, ActorKind.Anonymous, null, "*");
        var fits = _counts.Count < MaxKeys || _counts.ContainsKey(key);
        return (!fits || TryTake(key, PerMinute)) && TryTake(ofTenant, PerMinuteAndTenant);
    }

    /// <summary>Forgets the minutes that are over, or all, and gives what was counted in them.</summary>
    public IReadOnlyList<(RefusalKey Key, long Unrecorded)> Settle(bool all)
    {
        var settled = new List<(RefusalKey, long)>();
        foreach (var (key, count) in _counts)
        {
            if ((all || time.GetElapsedTime(count.Began) >= Window) && _counts.TryRemove(new(key, count)) && count.Close() is > 0 and var unrecorded)
            {
                settled.Add((key, unrecorded));
            }
        }

        return settled;
    }

    private bool TryTake(RefusalKey key, int most)
    {
        while (true)
        {
            if (_counts.GetOrAdd(key, static (_, now) => new Count(now), time.GetTimestamp()).TryTake(most) is { } taken)
            {
                return taken;
            }
        }
    }

    private sealed class Count(long began)
    {
        private readonly Lock _lock = new();
        private long _taken;
        private long _unrecorded;
        private bool _closed;

        public long Began => began;

        /// <summary>Null when the minute was settled between finding it and asking it.</summary>
        public bool? TryTake(int most)
        {
            lock (_lock)
            {
                if (_closed)
                {
                    return null;
                }

                var within = _taken < most;
                _taken += within ? 1 : 0;
                _unrecorded += within ? 0 : 1;
                return within;
            }
        }

        public long Close()
        {
            lock (_lock)
            {
                _closed = true;
                return _unrecorded;
            }
        }
    }
}
