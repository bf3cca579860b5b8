namespace ProductionReady.Api.Json;

/// <summary>Time as PostgreSQL keeps it.</summary>
public static class StoredTime
{
    /// <summary>
    /// Now, UTC, cut to whole microseconds: what is answered after a row is written is what will be read from it later.
    /// </summary>
    public static DateTimeOffset NowToStore(this TimeProvider time)
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
