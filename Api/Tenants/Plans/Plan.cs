namespace ProductionReady.Api.Tenants.Plans;

/// <summary>What the hot paths must know of a tenant's plan.</summary>
/// <param name="MaxContacts">Contacts that it allows; null for any number.</param>
/// <param name="MaxStorageBytes">Bytes that it allows; null for any number.</param>
/// <param name="StorageBytes">Bytes used when that was last measured.</param>
public sealed record Plan(long? MaxContacts, long? MaxStorageBytes, long StorageBytes)
{
    /// <summary>Names of the limits on the wire.</summary>
    public const string Users = "maxUsers", Contacts = "maxContacts", Storage = "maxStorageBytes";

    /// <summary>Refuses when the storage is used up.</summary>
    /// <exception cref="PlanLimitException">It is.</exception>
    public void CheckStorage()
    {
        if (StorageBytes >= MaxStorageBytes)
        {
            throw new PlanLimitException(Storage, MaxStorageBytes.Value);
        }
    }
}
