namespace ProductionReady.Api.Identity.Lockout;

/// <summary>How failed sign-ins slow down further ones; section <c>Identity:Lockout</c>.</summary>
public sealed class LockoutOptions
{
    /// <summary>Failures that are forgotten when none follows for so long.</summary>
    public static readonly TimeSpan Forgotten = TimeSpan.FromHours(24);

    /// <summary>How long an address from which a user signed in stays one that is known for him.</summary>
    public static readonly TimeSpan AddressIsKnown = TimeSpan.FromDays(30);

    /// <summary>
    /// Failures of one address at one account that cost nothing, 1 or more; twice as many of all unknown addresses at one
    /// account, and four times as many of one address at all accounts of a tenant.
    /// </summary>
    public int FreeFailures { get; set; } = 4;

    /// <summary>The wait after the first failure that costs something; it doubles with each further one. 1 second to 1 minute.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait, up to 1 hour.</summary>
    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The waits in seconds: none, the first, twice that, and so on up to the longest.</summary>
    public double[] Delays()
    {
        var delays = new List<double> { 0, FirstDelay.TotalSeconds };
        while (delays[^1] < LongestDelay.TotalSeconds)
        {
            delays.Add(Math.Min(delays[^1] * 2, LongestDelay.TotalSeconds));
        }

        return [.. delays];
    }

    /// <summary>One sentence for each value that does not do.</summary>
    public IEnumerable<string> Faults()
    {
        if (FreeFailures is < 1 or > 100_000_000)
        {
            yield return "Identity:Lockout:FreeFailures must lie between 1 and 100 million.";
        }

        if (FirstDelay < TimeSpan.FromSeconds(1) || FirstDelay > TimeSpan.FromMinutes(1))
        {
            yield return "Identity:Lockout:FirstDelay must lie between 1 second and 1 minute.";
        }

        if (LongestDelay < FirstDelay || LongestDelay > TimeSpan.FromHours(1))
        {
            yield return "Identity:Lockout:LongestDelay must lie between Identity:Lockout:FirstDelay and 1 hour.";
        }
    }
}
