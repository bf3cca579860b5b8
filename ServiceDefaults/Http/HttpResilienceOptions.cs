namespace ProductionReady.ServiceDefaults.Http;

/// <summary>How outgoing requests bear faults; section <c>HttpClient</c>.</summary>
public sealed class HttpResilienceOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "HttpClient";

    /// <summary>Longest time for one attempt.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time for all attempts and the waits between them.</summary>
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts after the first, for idempotent methods (RFC 9110, section 9.2.2) alone.</summary>
    public int Retries { get; set; } = 3;

    /// <summary>First wait; it doubles with each attempt, and jitter spreads it.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Part of the attempts that must fail within <see cref="BreakerWindow"/> for the circuit to open: 0 to 1.</summary>
    public double BreakerFailureRatio { get; set; } = 0.5;

    /// <summary>Fewer attempts than this within the window never open the circuit; at least 2.</summary>
    public int BreakerMinimumThroughput { get; set; } = 10;

    /// <summary>Time over which attempts are counted.</summary>
    public TimeSpan BreakerWindow { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an open circuit refuses attempts before it tries one.</summary>
    public TimeSpan BreakerPause { get; set; } = TimeSpan.FromSeconds(15);
}
