namespace ProductionReady.Api.Identity.Oidc.Remote;

/// <summary>A provider does not answer, or not as the protocol says.</summary>
/// <param name="fault">Which of the two.</param>
/// <param name="what">What happened, in a sentence for an administrator; nothing of what the provider sent.</param>
/// <param name="cause">The failure beneath.</param>
public sealed class ProviderException(ProviderFault fault, string what, Exception? cause = null) : Exception(what, cause)
{
    /// <summary>Which of the two.</summary>
    public ProviderFault Fault => fault;

    /// <summary>It answers, but not as the protocol says.</summary>
    public static ProviderException Invalid(string what, Exception? cause = null) => new(ProviderFault.Invalid, what, cause);

    /// <summary>It does not answer.</summary>
    public static ProviderException Unavailable(string what, Exception? cause = null) => new(ProviderFault.Unavailable, what, cause);
}

/// <summary>What is wrong with a provider.</summary>
public enum ProviderFault
{
    /// <summary>It is down, hangs or is overloaded: later it may answer.</summary>
    Unavailable,

    /// <summary>It breaks the protocol, or is not set up for us: somebody must change something.</summary>
    Invalid,
}
