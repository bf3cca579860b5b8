using System.Security.Cryptography;

namespace ProductionReady.Worker.Backups.Drills;

/// <summary>Draws the moment that a drill recovers to.</summary>
internal static class DrillMoment
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>A random moment of the last day, not before a base backup ended.</summary>
    public static DateTimeOffset Draw(DateTimeOffset baseEnd, DateTimeOffset now)
    {
        var earliest = now - Longest > baseEnd ? now - Longest : baseEnd;
        var milliseconds = (int)Math.Max(1, (now - earliest).TotalMilliseconds);
        return earliest + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(milliseconds));
    }
}
