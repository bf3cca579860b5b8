namespace ProductionReady.Api.RateLimits;

/// <summary>
/// The sliding window counter: permits of the running window count in full, those of the one before by the share of it
/// that the sliding window still covers. Two numbers a key instead of a time for each request, off by a few percent at most.
/// </summary>
/// <param name="Previous">Permits given in the window before.</param>
/// <param name="Current">Permits given in the running window.</param>
/// <param name="Elapsed">Share of the running window that has passed, 0 to 1.</param>
public readonly record struct SlidingWindow(long Previous, long Current, double Elapsed)
{
    /// <summary>How many permits are left under the limit; never negative.</summary>
    public long Left(long limit) => Math.Max(0, limit - Current - (long)Math.Ceiling(Previous * (1 - Elapsed)));

    /// <summary>How long until a permit is free, as a share of a window (0 when one is, up to 2).</summary>
    public double WaitFor(long limit)
    {
        if (Left(limit) > 0)
        {
            return 0;
        }

        if (Current < limit && Previous > 0)
        {
            // Previous * (1 - e) must fall to limit - Current - 1.
            return Math.Clamp(1 - ((double)(limit - Current - 1) / Previous) - Elapsed, 0, 1 - Elapsed);
        }

        // The running window alone is full: it has to become the previous one, and then to slide out by one permit.
        return 1 - Elapsed + Math.Clamp(1 - ((double)(limit - 1) / Current), 0, 1);
    }
}
