namespace ProductionReady.Api.RateLimits;

/// <summary>Whether a request is let in.</summary>
/// <param name="Policy">The policy that decided.</param>
/// <param name="Allowed">Let in or not.</param>
/// <param name="Limit">Permits a window.</param>
/// <param name="Left">Permits left, as far as this process knows.</param>
/// <param name="Reset">When permits will be free again: the rest of the window, or the wait of a refused request.</param>
/// <param name="Window">Length of the window.</param>
/// <param name="ThisProcessOnly">Redis did not answer, so only this process's own requests were counted.</param>
public readonly record struct RateLimitDecision(
    RateLimitPolicy Policy, bool Allowed, long Limit, long Left, TimeSpan Reset, TimeSpan Window, bool ThisProcessOnly);
