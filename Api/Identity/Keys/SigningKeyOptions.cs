namespace ProductionReady.Api.Identity.Keys;

/// <summary>When signing keys change; section <c>Identity:SigningKeys</c>.</summary>
public sealed class SigningKeyOptions
{
    /// <summary>How long a key signs: 1 hour to 1 year.</summary>
    public TimeSpan RotateEvery { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How long before it signs a key is published: no less than three times <see cref="RefreshEvery"/>, so that every instance
    /// knows it, and no more than half of <see cref="RotateEvery"/>. Copies of the key set may be kept for half of it.
    /// </summary>
    public TimeSpan PublishAhead { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How soon at the latest an instance notices what another one changed: 1 second to 5 minutes.</summary>
    public TimeSpan RefreshEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long others may keep the published key set: long before a key signs they ask again.</summary>
    public TimeSpan KeySetMaxAge => PublishAhead / 2 < TimeSpan.FromMinutes(5) ? PublishAhead / 2 : TimeSpan.FromMinutes(5);

    /// <summary>One sentence for each value that does not do.</summary>
    public IEnumerable<string> Faults()
    {
        if (RotateEvery < TimeSpan.FromHours(1) || RotateEvery > TimeSpan.FromDays(366))
        {
            yield return "Identity:SigningKeys:RotateEvery must lie between 1 hour and 1 year.";
        }

        if (RefreshEvery < TimeSpan.FromSeconds(1) || RefreshEvery > TimeSpan.FromMinutes(5))
        {
            yield return "Identity:SigningKeys:RefreshEvery must lie between 1 second and 5 minutes.";
        }

        if (PublishAhead < 3 * RefreshEvery || PublishAhead > RotateEvery / 2)
        {
            yield return "Identity:SigningKeys:PublishAhead must be at least three times Identity:SigningKeys:RefreshEvery and at most half of Identity:SigningKeys:RotateEvery.";
        }
    }
}
