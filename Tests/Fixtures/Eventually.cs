using System.Diagnostics;

namespace ProductionReady.Tests.Fixtures;

/// <summary>Waits for a condition, with a bound.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is yes.</summary>
    /// <param name="what">Completes "did not become true: …".</param>
    /// <param name="within">The bound; past it the test fails.</param>
    /// <param name="condition">Asked again and again; it may throw only for a defect.</param>
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> BecomesTrueAsync(string what, TimeSpan within, Func<Task<bool>> condition)
    {
        var clock = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Pause);
        while (!await condition())
        {
            clock.Elapsed.ShouldBeLessThan(within, $"did not become true: {what}");
            await timer.WaitForNextTickAsync();
        }

        return clock.Elapsed;
    }
}
