namespace ProductionReady.Api.RateLimits;

/// <summary>How many requests are let in; section <c>RateLimits</c>, one entry a policy, such as <c>RateLimits:Login:Permits</c>.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "RateLimits";

    /// <summary>Whether there are limits at all; to switch them off is for load tests.</summary>
    public bool Enabled { get; set; } = true;

    public RateLimit Address { get; set; } = new(12_000, TimeSpan.FromMinutes(1));

    public RateLimit Principal { get; set; } = new(6_000, TimeSpan.FromMinutes(1));

    public RateLimit Tenant { get; set; } = new(30_000, TimeSpan.FromMinutes(1));

    public RateLimit Login { get; set; } = new(30, TimeSpan.FromMinutes(1));

    public RateLimit LoginAccount { get; set; } = new(10, TimeSpan.FromMinutes(1));

    public RateLimit SignUp { get; set; } = new(30, TimeSpan.FromHours(1));

    public RateLimit SecondFactor { get; set; } = new(30, TimeSpan.FromMinutes(1));

    public RateLimit Refresh { get; set; } = new(60, TimeSpan.FromMinutes(1));

    public RateLimit PasswordReset { get; set; } = new(30, TimeSpan.FromMinutes(15));

    public RateLimit Oidc { get; set; } = new(60, TimeSpan.FromMinutes(1));

    /// <summary>The limit of a policy.</summary>
    public RateLimit Of(RateLimitPolicy policy) => policy switch
    {
        RateLimitPolicy.Address => Address,
        RateLimitPolicy.Principal => Principal,
        RateLimitPolicy.Tenant => Tenant,
        RateLimitPolicy.Login => Login,
        RateLimitPolicy.LoginAccount => LoginAccount,
        RateLimitPolicy.SignUp => SignUp,
        RateLimitPolicy.SecondFactor => SecondFactor,
        RateLimitPolicy.Refresh => Refresh,
        RateLimitPolicy.PasswordReset => PasswordReset,
        RateLimitPolicy.Oidc => Oidc,
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, null),
    };

    /// <summary>One sentence for each limit that makes no sense.</summary>
    public IEnumerable<string> Faults() =>
        from policy in Enum.GetValues<RateLimitPolicy>()
        let limit = Of(policy)
        where limit.Permits < 0 || limit.Window < TimeSpan.FromSeconds(1) || limit.Window > TimeSpan.FromDays(1)
        select $"{Section}:{policy} needs Permits of 0 (no limit) or more and a Window between 1 second and 1 day.";
}

/// <summary>So many permits in any window of that length.</summary>
public sealed class RateLimit
{
    /// <summary>No limit; configuration fills it in.</summary>
    public RateLimit()
    {
    }

    /// <summary>A limit.</summary>
    public RateLimit(int permits, TimeSpan window)
    {
        Permits = permits;
        Window = window;
    }

    /// <summary>How many; 0 switches the policy off.</summary>
    public int Permits { get; set; }

    /// <summary>In any stretch of time of this length.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);
}
