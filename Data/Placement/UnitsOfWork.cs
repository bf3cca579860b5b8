using System.Runtime.InteropServices;

namespace ProductionReady.Data.Placement;

/// <summary>
/// How many units of work of each tenant run in this process: requests, turns of jobs. Tenants are spread over a number of locks that are
/// held for a few instructions; nothing is allocated unless more tenants than ever before are at work at the same moment.
/// </summary>
internal sealed class UnitsOfWork
{
    private const int Stripes = 64;

    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new Stripe())];

    /// <summary>One more.</summary>
    public void Enter(Guid tenantId)
    {
        var stripe = Of(tenantId);
        lock (stripe.Lock)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(stripe.Units, tenantId, out _)++;
        }
    }

    /// <summary>One less.</summary>
    public void Leave(Guid tenantId)
    {
        var stripe = Of(tenantId);
        lock (stripe.Lock)
        {
            if (--CollectionsMarshal.GetValueRefOrAddDefault(stripe.Units, tenantId, out _) <= 0)
            {
                stripe.Units.Remove(tenantId);
            }
        }
    }

    /// <summary>Whether there are any.</summary>
    public bool Any(Guid tenantId)
    {
        var stripe = Of(tenantId);
        lock (stripe.Lock)
        {
            return stripe.Units.ContainsKey(tenantId);
        }
    }

    private Stripe Of(Guid tenantId) => _stripes[tenantId.GetHashCode() & (Stripes - 1)];

    private sealed class Stripe
    {
        public Lock Lock { get; } = new();

        public Dictionary<Guid, int> Units { get; } = [];
    }
}
