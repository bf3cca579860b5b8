namespace ProductionReady.Data.Tenants;

/// <summary>The operator's own tenant: its users alone may administer the platform.</summary>
public static class PlatformTenant
{
    /// <summary>Its id, the same everywhere, so that the database can name it in a constraint.</summary>
    public static readonly Guid Id = new("00000000-0000-7000-8000-000000000001");

    /// <summary>Its slug, which no other tenant gets.</summary>
    public const string Slug = "platform";
}
