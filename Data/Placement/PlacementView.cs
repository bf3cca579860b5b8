using System.Collections.Frozen;

namespace ProductionReady.Data.Placement;

/// <summary>Where this process lets tenants in; those that it does not name are at home.</summary>
internal sealed class PlacementView(IReadOnlyDictionary<Guid, Placed> tenants)
{
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>By tenant.</summary>
    public FrozenDictionary<Guid, Placed> Tenants { get; } = tenants.ToFrozenDictionary();

    /// <summary>Ends when there is a newer one.</summary>
    public Task Replaced => _replaced.Task;

    /// <summary>There is a newer one.</summary>
    public void Replace() => _replaced.TrySetResult();
}

/// <summary>Where one tenant is.</summary>
/// <param name="Pool">Where its units of work are, if any are running.</param>
/// <param name="Wanted">The database in which it lives by its row; null for home.</param>
/// <param name="Moving">A mover is at work on it.</param>
/// <param name="Epoch">Of the row.</param>
internal sealed record Placed(TenantPool Pool, string? Wanted, bool Moving, int Epoch)
{
    /// <summary>Nobody is let in: it is moving, or it has moved and units of work at the former place have not ended.</summary>
    public bool IsHeld => Moving || Wanted != Pool.Database;
}

/// <summary>A row of <c>tenant_placements</c>.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Database">Where it lives; null for home.</param>
/// <param name="Moving">A move is announced, and its mover is alive.</param>
/// <param name="Epoch">Grows with each change of any row.</param>
public sealed record PlacementRow(Guid TenantId, string? Database, bool Moving, int Epoch);
