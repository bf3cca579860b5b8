namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>Second factors; section <c>SecondFactor</c>.</summary>
public sealed class SecondFactorOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "SecondFactor";

    private const int IssuerMaxLength = 64;

    /// <summary>The name under which authenticator apps keep the codes, 1 to 64 characters without a colon.</summary>
    public string Issuer { get; set; } = "ProductionReady";

    /// <summary>One sentence for each value that does not do.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(Issuer) || Issuer.Length > IssuerMaxLength || Issuer.Contains(':', StringComparison.Ordinal))
        {
            yield return $"{Section}:Issuer must have 1 to {IssuerMaxLength} characters and no colon.";
        }
    }
}
