using ProductionReady.Data.Placement;

namespace ProductionReady.Data.Tenancy;

/// <summary>
/// The tenant of one scope (a request, or one tenant's turn of a job). It can be entered once: a scope holds tracked
/// entities and perhaps an open transaction of its tenant, and neither may pass to another tenant.
/// </summary>
public sealed class TenantContext : ITenantContext, IDisposable
{
    private readonly TenantGate? _gate;
    private Guid? _tenantId;
    private AppDbContext? _database;
    private bool _entered;

    /// <summary>For work on a connection of the caller's, who sees to it that the tenant lives there.</summary>
    public TenantContext()
    {
    }

    /// <summary>For a scope of a host.</summary>
    public TenantContext(TenantGate gate) => _gate = gate;

    /// <inheritdoc cref="ITenantContext.TenantId"/>
    /// <exception cref="ArgumentException">The value is null or the empty id, which belong to nobody.</exception>
    public Guid? TenantId
    {
        get => _tenantId;
        init => _tenantId = Checked(value);
    }

    /// <summary>Where the tenant lives; null until it is entered.</summary>
    public TenantPool? Pool { get; private set; }

    /// <summary>
    /// Makes the scope run for a tenant, wherever that lives, until the scope ends. Waits while the tenant is moved to another database.
    /// </summary>
    /// <exception cref="InvalidOperationException">The scope already runs for another tenant.</exception>
    /// <exception cref="ArgumentException">The empty id, which belongs to nobody.</exception>
    /// <exception cref="TenantMovingException">The tenant was moved for too long.</exception>
    public ValueTask EnterAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        Checked(tenantId);
        if (_tenantId is { } current)
        {
            return current == tenantId
                ? ValueTask.CompletedTask
                : throw new InvalidOperationException(
                    $"This scope runs for tenant {current} and cannot change to {tenantId}: open a new scope for each tenant.");
        }

        if (_gate is null)
        {
            _tenantId = tenantId;
            return ValueTask.CompletedTask;
        }

        var entering = _gate.EnterAsync(tenantId, cancellationToken);
        if (!entering.IsCompletedSuccessfully)
        {
            return new(EnterAsync(tenantId, entering));
        }

        Enter(tenantId, entering.Result);
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends the unit of work.</summary>
    public void Dispose()
    {
        if (_entered)
        {
            _entered = false;
            _gate!.Leave(_tenantId!.Value);
        }
    }

    /// <summary>The scope's context works where the tenant lives, whichever of both is there first.</summary>
    internal void Lead(AppDbContext database)
    {
        _database = database;
        if (Pool is { Database: not null } own)
        {
            database.MoveTo(own);
        }
    }

    private async Task EnterAsync(Guid tenantId, ValueTask<TenantPool> entering) => Enter(tenantId, await entering.ConfigureAwait(false));

    private void Enter(Guid tenantId, TenantPool pool)
    {
        (_tenantId, Pool, _entered) = (tenantId, pool, true);
        if (pool.Database is not null)
        {
            _database?.MoveTo(pool);
        }
    }

    private static Guid Checked(Guid? value) => value is { } id && id != Guid.Empty
        ? id
        : throw new ArgumentException("A tenant is set by its id and never unset: end the scope instead.", nameof(value));
}
