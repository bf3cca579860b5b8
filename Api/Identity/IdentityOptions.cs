using ProductionReady.Api.Identity.Keys;

namespace ProductionReady.Api.Identity;

/// <summary>Tokens and keys; section <c>Identity</c>.</summary>
public sealed class IdentityOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Identity";

    /// <summary>Shortest key encryption key, in characters.</summary>
    public const int KeyEncryptionKeyMinLength = 32;

    /// <summary>Longest life that an access token can be given.</summary>
    public static readonly TimeSpan AccessTokenMaxLifetime = TimeSpan.FromHours(1);

    /// <summary>
    /// The secret from which the keys are derived that wrap the signing keys and sign cursors. Never stored; every instance
    /// needs the same one. There is no default.
    /// </summary>
    public string KeyEncryptionKey { get; set; } = "";

    /// <summary>
    /// Former ones, while there is something that they wrapped: they open, and never wrap. <c>keys rewrap</c> makes them unnecessary.
    /// </summary>
    public string[] PreviousKeyEncryptionKeys { get; set; } = [];

    /// <summary>When the keys that sign change.</summary>
    public SigningKeyOptions SigningKeys { get; set; } = new();

    /// <summary>Claim <c>iss</c> of our tokens.</summary>
    public string Issuer { get; set; } = "productionready";

    /// <summary>Claim <c>aud</c> of our access tokens.</summary>
    public string Audience { get; set; } = "productionready-api";

    /// <summary>Life of an access token: 1 minute to 1 hour.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Life of a refresh token that is not used: 1 hour to 90 days.</summary>
    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long a refresh token that was used gives the same answer again, in case that was lost: up to 2 minutes.</summary>
    public TimeSpan RefreshGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Life of a sign-in, however often it is refreshed: up to 1 year, and no less than a refresh token's.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Fewest iterations of PBKDF2 (OWASP, Password Storage Cheat Sheet, for HMAC-SHA512).</summary>
    public const int PasswordIterationsMin = 210_000;

    /// <summary>
    /// Iterations of PBKDF2 for new password hashes, up to 10 million. When it is raised, each user's hash is made anew the next
    /// time he signs in.
    /// </summary>
    public int PasswordIterations { get; set; } = PasswordIterationsMin;

    /// <summary>One sentence for each value that does not do.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(KeyEncryptionKey))
        {
            yield return "Identity:KeyEncryptionKey is missing: give a random secret of 32 characters or more.";
        }
        else if (IsWeak(KeyEncryptionKey))
        {
            yield return "Identity:KeyEncryptionKey is too short or too regular: give a random secret of 32 characters or more.";
        }

        for (var i = 0; i < PreviousKeyEncryptionKeys.Length; i++)
        {
            if (IsWeak(PreviousKeyEncryptionKeys[i]) || PreviousKeyEncryptionKeys[i] == KeyEncryptionKey)
            {
                yield return $"Identity:PreviousKeyEncryptionKeys:{i} is no former key: too short, too regular, or the present one.";
            }
        }

        if (string.IsNullOrWhiteSpace(Issuer))
        {
            yield return "Identity:Issuer is empty.";
        }

        if (string.IsNullOrWhiteSpace(Audience))
        {
            yield return "Identity:Audience is empty.";
        }

        if (AccessTokenLifetime < TimeSpan.FromMinutes(1) || AccessTokenLifetime > AccessTokenMaxLifetime)
        {
            yield return "Identity:AccessTokenLifetime must lie between 1 minute and 1 hour.";
        }

        if (RefreshTokenLifetime < TimeSpan.FromHours(1) || RefreshTokenLifetime > TimeSpan.FromDays(90))
        {
            yield return "Identity:RefreshTokenLifetime must lie between 1 hour and 90 days.";
        }

        if (RefreshGrace < TimeSpan.Zero || RefreshGrace > TimeSpan.FromMinutes(2))
        {
            yield return "Identity:RefreshGrace must lie between 0 and 2 minutes.";
        }

        if (SessionLifetime < RefreshTokenLifetime || SessionLifetime > TimeSpan.FromDays(366))
        {
            yield return "Identity:SessionLifetime must lie between Identity:RefreshTokenLifetime and 1 year.";
        }

        foreach (var fault in SigningKeys.Faults())
        {
            yield return fault;
        }

        if (PasswordIterations is < PasswordIterationsMin or > 10_000_000)
        {
            yield return "Identity:PasswordIterations must lie between 210000 and 10000000.";
        }
    }

    private static bool IsWeak(string key) => key.Length < KeyEncryptionKeyMinLength || key.Distinct().Count() < 8;
}
