namespace ProductionReady.Data.Identity;

/// <summary>Which users an identity provider may bring along. Stored as <c>none</c>, <c>invited</c>, <c>all</c>.</summary>
public enum OidcProvisioning
{
    /// <summary>Nobody: who is no user yet cannot sign in.</summary>
    None,

    /// <summary>Whoever has an open invitation to the address that the provider verified.</summary>
    Invited,

    /// <summary>Everybody whom the provider vouches for.</summary>
    All,
}
