namespace ProductionReady.Worker.Backups.Wal;

/// <summary>Pauses that double from failure to failure; by a monotonic clock, which nobody sets back.</summary>
/// <param name="clock">Tells elapsed time.</param>
/// <param name="first">The pause after the first failure.</param>
/// <param name="longest">The longest pause. An attempt that lasted longer than it counts as a success before it failed.</param>
public sealed class Backoff(TimeProvider clock, TimeSpan first, TimeSpan longest)
{
    private long begunAt = clock.GetTimestamp();

    /// <summary>Failures in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>An attempt begins.</summary>
    public void Begins() => begunAt = clock.GetTimestamp();

    /// <summary>Starts anew with the short pause.</summary>
    public void Succeeded() => Failures = 0;

    /// <summary>How long to wait now.</summary>
    public TimeSpan Failed()
    {
        if (clock.GetElapsedTime(begunAt) > longest)
        {
            Failures = 0;
        }

        Begins();
        return TimeSpan.FromTicks(Math.Min(longest.Ticks, first.Ticks << Math.Min(Failures++, 16)));
    }
}
