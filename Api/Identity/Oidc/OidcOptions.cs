using System.Net;

namespace ProductionReady.Api.Identity.Oidc;

/// <summary>How identity providers are talked to; section <c>Identity:Oidc</c>.</summary>
public sealed class OidcOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Identity:Oidc";

    /// <summary>
    /// Whether providers on this machine's loopback addresses may be used, without TLS too. For development and tests.
    /// </summary>
    public bool AllowLoopbackHttp { get; set; }

    /// <summary>
    /// Networks in CIDR notation, such as <c>10.1.0.0/16</c>, to which connections are made although they are not public: where an
    /// operator's own provider stands.
    /// </summary>
    public string[] AllowedNetworks { get; set; } = [];

    /// <summary>Longest time for one request to a provider, repeats included: 1 to 30 seconds.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>A key that is not known makes the key set be read again, but no sooner than this after the last time: up to 5 minutes.</summary>
    public TimeSpan KeyRefreshInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a provider that failed is not asked again: up to 1 minute.</summary>
    public TimeSpan FailurePause { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long what was read before is used while the provider fails: up to 7 days.</summary>
    public TimeSpan StaleWhileError { get; set; } = TimeSpan.FromHours(24);

    /// <summary>One sentence for each value that does not do.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (var network in AllowedNetworks.Where(network => !IPNetwork.TryParse(network, out _)))
        {
            yield return $"{Section}:AllowedNetworks has {network}, which is no network such as 10.1.0.0/16.";
        }

        if (RequestTimeout < TimeSpan.FromSeconds(1) || RequestTimeout > TimeSpan.FromSeconds(30))
        {
            yield return $"{Section}:RequestTimeout must lie between 1 and 30 seconds.";
        }

        if (KeyRefreshInterval < TimeSpan.Zero || KeyRefreshInterval > TimeSpan.FromMinutes(5))
        {
            yield return $"{Section}:KeyRefreshInterval must lie between 0 and 5 minutes.";
        }

        if (FailurePause < TimeSpan.Zero || FailurePause > TimeSpan.FromMinutes(1))
        {
            yield return $"{Section}:FailurePause must lie between 0 and 1 minute.";
        }

        if (StaleWhileError < TimeSpan.Zero || StaleWhileError > TimeSpan.FromDays(7))
        {
            yield return $"{Section}:StaleWhileError must lie between 0 and 7 days.";
        }
    }
}
