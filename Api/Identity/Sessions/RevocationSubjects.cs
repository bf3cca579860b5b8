namespace ProductionReady.Api.Identity.Sessions;

/// <summary>Subjects of revocations that are the id of no row.</summary>
public static class RevocationSubjects
{
    /// <summary>The keys that sign access tokens: read them again at once, some are not accepted any more.</summary>
    public static readonly Guid SigningKeys = new("7369676e-696e-8067-8b65-797300000000");
}
