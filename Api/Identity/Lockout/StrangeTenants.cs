using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace ProductionReady.Api.Identity.Lockout;

/// <summary>
/// Failed sign-ins to tenants that do not exist, which the database cannot count: in this process's memory, so that such
/// tenants answer like the others.
/// </summary>
public sealed class StrangeTenants(IOptions<IdentityOptions> options, TimeProvider time)
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, (int Failures, DateTimeOffset LastFailedAt, DateTimeOffset BlockedUntil)> _counts = new(StringComparer.Ordinal);
    private readonly double[] _delays = options.Value.Lockout.Delays();

    /// <summary>How long sign-ins are refused.</summary>
    public TimeSpan WaitFor(CountedSubjects counted)
    {
        var now = time.GetUtcNow();
        var until = Limits(counted).Max(limit => _counts.TryGetValue(limit.Name, out var count) ? count.BlockedUntil : now);
        return until > now ? until - now : TimeSpan.Zero;
    }

    /// <summary>Counts a failure.</summary>
    public void Count(CountedSubjects counted)
    {
        var now = time.GetUtcNow();
        Forget(now);
        foreach (var (name, free) in Limits(counted))
        {
            _counts.AddOrUpdate(name, _ => Counted(1), (_, before) => Counted(before.LastFailedAt < now - LockoutOptions.Forgotten ? 1 : before.Failures + 1));

            (int, DateTimeOffset, DateTimeOffset) Counted(int failures) =>
                (failures, now, now + TimeSpan.FromSeconds(_delays[Math.Clamp(failures - free, 0, _delays.Length - 1)]));
        }
    }

    private (string Name, int Free)[] Limits(CountedSubjects counted)
    {
        var free = options.Value.Lockout.FreeFailures;
        return
        [
            (Convert.ToHexString(counted.Here), free),
            (Convert.ToHexString(counted.Account), SignInThrottles.FreeByAccount(free)),
            (Convert.ToHexString(counted.Address), SignInThrottles.FreeByAddress(free)),
        ];
    }

    // What a flood of names pushes out is lost; a name that nobody has is not worth more memory.
    private void Forget(DateTimeOffset now)
    {
        if (_counts.Count < Most)
        {
            return;
        }

        foreach (var (name, count) in _counts)
        {
            if (count.BlockedUntil <= now)
            {
                _counts.TryRemove(name, out _);
            }
        }

        if (_counts.Count >= Most)
        {
            _counts.Clear();
        }
    }
}
