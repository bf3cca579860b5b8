namespace ProductionReady.Data.Schema;

/// <summary>Classes of the advisory locks by which services and the mover of tenants wait for each other: the first of two keys.</summary>
public static class PlacementLocks
{
    /// <summary>
    /// Held shared, at home, by each process that works for tenants; the second key is the <see cref="Tenants.TenantPlacement.Epoch"/>
    /// by which it works.
    /// </summary>
    public const int Epoch = 0x504C4143;

    /// <summary>Held at home by the one mover at work, with the second key 0: only meanwhile is an announced move believed.</summary>
    public const int Mover = 0x504C4144;

    /// <summary>
    /// Held shared by each transaction that writes rows of a tenant, until it ends; the second key is a hash of the tenant. The mover takes
    /// it alone: it then knows that no such transaction is left, and no other begins until the mover ends, however it ends.
    /// </summary>
    public const int Writing = 0x504C4157;
}
