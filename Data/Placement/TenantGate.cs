using System.Diagnostics;
using Npgsql;

namespace ProductionReady.Data.Placement;

/// <summary>
/// Lets units of work to their tenants, wherever those live, and keeps them waiting while a tenant is moved. Where tenants live it
/// remembers (<see cref="PlacementFeed"/>), so a tenant at home costs no statement; the memory is believed for <see cref="TrustFor"/>,
/// and beyond that the tenant's row is asked at each entry.
/// </summary>
/// <remarks>
/// While a unit of work of a tenant runs, the tenant's place in this process stays what it is: all of them are at the same place, and
/// <see cref="PoolOf"/> needs nobody to tell it. The database refuses what a process that knows no better writes at a former place.
/// </remarks>
public sealed class TenantGate : IAsyncDisposable
{
    /// <summary>How long what was read is believed.</summary>
    public static readonly TimeSpan TrustFor = TimeSpan.FromMilliseconds(800);

    // Whoever waits looks again by itself: in a process that does not read on its own, nobody tells it.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    private readonly string _connectionString;
    private readonly TimeProvider _time;
    private readonly TimeSpan _hold;
    private readonly UnitsOfWork _units = new();
    private readonly Lock _applying = new();
    private readonly Dictionary<string, TenantPool> _own = new(StringComparer.Ordinal);
    private volatile PlacementView _view = new(new Dictionary<Guid, Placed>());
    private volatile IReadOnlyList<TenantPool> _ownPools = [];
    private long _readAt;
    private volatile bool _read;

    /// <summary>Makes one over the host's pool.</summary>
    /// <param name="connectionString">Of home.</param>
    /// <param name="home">The pool of it that the contexts use.</param>
    /// <param name="hold">How long units of work wait.</param>
    /// <param name="time">The clock.</param>
    public TenantGate(string connectionString, NpgsqlDataSource home, TimeSpan hold, TimeProvider time)
    {
        (_connectionString, _hold, _time) = (connectionString, hold, time);
        Home = TenantPool.Home(connectionString, home);
    }

    /// <summary>The database that tenants share, with all that is no tenant's.</summary>
    public TenantPool Home { get; }

    /// <summary>The own databases of tenants, as they were last read.</summary>
    public IReadOnlyList<TenantPool> Own => _ownPools;

    /// <summary>Whether what was read is fresh enough to be believed.</summary>
    public bool IsTrusted => _read && _time.GetElapsedTime(Volatile.Read(ref _readAt)) < TrustFor;

    /// <summary>Whether some tenant is kept waiting.</summary>
    internal bool IsHolding => _view.Tenants.Values.Any(placed => placed.IsHeld);

    /// <summary>
    /// Begins a unit of work of a tenant, which may be one that does not exist; <see cref="Leave"/> ends it. Waits while the tenant is moved.
    /// </summary>
    /// <exception cref="TenantMovingException">For too long.</exception>
    /// <exception cref="NpgsqlException">Nothing fresh is known, and the database did not answer.</exception>
    public ValueTask<TenantPool> EnterAsync(Guid tenantId, CancellationToken cancellationToken) =>
        IsTrusted && TryEnter(tenantId) is { } pool ? ValueTask.FromResult(pool) : new(WaitAsync(tenantId, cancellationToken));

    /// <summary>Ends a unit of work, whose connections have been given back.</summary>
    public void Leave(Guid tenantId) => _units.Leave(tenantId);

    /// <summary>Where the tenant's units of work are.</summary>
    /// <exception cref="InvalidOperationException">None runs: whoever asks forgot to enter.</exception>
    public TenantPool PoolOf(Guid tenantId) => !_units.Any(tenantId)
        ? throw new InvalidOperationException($"No unit of work of tenant {tenantId} has begun: enter the tenant first.")
        : _view.Tenants.TryGetValue(tenantId, out var placed) ? placed.Pool : Home;

    /// <summary>Home and the own databases, as the database says at this moment: for work in each of them.</summary>
    public async Task<IReadOnlyList<TenantPool>> ListAsync(CancellationToken cancellationToken)
    {
        await ApplyAsync(await PlacementSql.ReadAsync(Home.Sessions, cancellationToken).ConfigureAwait(false), all: true).ConfigureAwait(false);
        return [Home, .. Own];
    }

    /// <summary>The tenants that live elsewhere, as the database says at this moment.</summary>
    public async Task<IReadOnlyList<Guid>> ListAwayAsync(CancellationToken cancellationToken)
    {
        await ListAsync(cancellationToken).ConfigureAwait(false);
        return [.. _view.Tenants.Where(tenant => tenant.Value.Wanted is not null).Select(tenant => tenant.Key)];
    }

    /// <summary>Whether a tenant was last known to live elsewhere.</summary>
    public bool IsAway(Guid tenantId) => _view.Tenants.TryGetValue(tenantId, out var placed) && placed.Wanted is not null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _ownPools)
        {
            await pool.DisposeAsync().ConfigureAwait(false);
        }

        await Home.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Takes all rows over.</summary>
    /// <param name="rows">As read.</param>
    /// <param name="askedAt">Time stamp of the moment before.</param>
    /// <returns>Whether no unit of work that was let in by older rows runs any more.</returns>
    public async Task<bool> TakeAsync(IReadOnlyList<PlacementRow> rows, long askedAt)
    {
        var settled = await ApplyAsync(rows, all: true).ConfigureAwait(false);
        Volatile.Write(ref _readAt, askedAt);
        _read = true;
        return settled;
    }

    private TenantPool? TryEnter(Guid tenantId)
    {
        // Counted first, looked at then; who holds the tenant back does it the other way round, so that one of both sees the other.
        _units.Enter(tenantId);
        if (!_view.Tenants.TryGetValue(tenantId, out var placed))
        {
            return Home;
        }

        if (!placed.IsHeld)
        {
            return placed.Pool;
        }

        _units.Leave(tenantId);
        return null;
    }

    private async Task<TenantPool> WaitAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        var since = _time.GetTimestamp();
        while (true)
        {
            if (!IsTrusted)
            {
                await ApplyAsync(await PlacementSql.ReadAsync(Home.Sessions, tenantId, cancellationToken).ConfigureAwait(false), all: false).ConfigureAwait(false);
            }

            var view = _view;
            if (TryEnter(tenantId) is { } pool)
            {
                return pool;
            }

            var left = _hold - _time.GetElapsedTime(since);
            if (left <= TimeSpan.Zero)
            {
                throw new TenantMovingException(tenantId);
            }

            await view.Replaced.WaitAsync(left < LookAgain ? left : LookAgain, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task<bool> ApplyAsync(IReadOnlyList<PlacementRow> rows, bool all)
    {
        List<TenantPool> left;
        bool settled;
        lock (_applying)
        {
            Announce(rows, all);
            SwitchThoseWithoutWork();
            left = ForgetPools();
            settled = _view.Tenants.All(tenant => tenant.Value.Wanted == tenant.Value.Pool.Database && !(tenant.Value.Moving && _units.Any(tenant.Key)));
        }

        foreach (var pool in left)
        {
            await pool.DisposeAsync().ConfigureAwait(false);
        }

        return settled;
    }

    /// <summary>From here on nobody enters a tenant that moves or has moved.</summary>
    private void Announce(IReadOnlyList<PlacementRow> rows, bool all)
    {
        var announced = new Dictionary<Guid, Placed>(_view.Tenants);
        foreach (var row in rows)
        {
            var known = announced.GetValueOrDefault(row.TenantId) ?? new Placed(Home, null, Moving: false, Epoch: 0);
            if (row.Epoch >= known.Epoch)
            {
                announced[row.TenantId] = known with { Wanted = row.Database, Moving = row.Moving, Epoch = row.Epoch };
            }
        }

        if (all)
        {
            var named = rows.Select(row => row.TenantId).ToHashSet();
            foreach (var (tenant, placed) in announced.Where(tenant => !named.Contains(tenant.Key)).ToList())
            {
                announced[tenant] = placed with { Wanted = null, Moving = false };
            }
        }

        Publish(announced);
    }

    private void SwitchThoseWithoutWork()
    {
        var switched = new Dictionary<Guid, Placed>(_view.Tenants);
        foreach (var (tenant, placed) in _view.Tenants)
        {
            if (placed.Wanted != placed.Pool.Database && !_units.Any(tenant))
            {
                switched[tenant] = placed with { Pool = PoolNamed(placed.Wanted) };
            }
        }

        Publish(switched);
    }

    private void Publish(Dictionary<Guid, Placed> tenants)
    {
        var former = _view;
        if (tenants.Count == former.Tenants.Count && tenants.All(tenant => former.Tenants.TryGetValue(tenant.Key, out var known) && known == tenant.Value))
        {
            return;
        }

        _view = new PlacementView(tenants);
        former.Replace();
    }

    private TenantPool PoolNamed(string? database)
    {
        if (database is null)
        {
            return Home;
        }

        if (!_own.TryGetValue(database, out var pool))
        {
            _own[database] = pool = TenantPool.Own(_connectionString, database);
            _ownPools = [.. _own.Values];
        }

        return pool;
    }

    private List<TenantPool> ForgetPools()
    {
        Debug.Assert(_applying.IsHeldByCurrentThread);
        if (_own.Count == 0)
        {
            return [];
        }

        var used = _view.Tenants.Values.Select(placed => placed.Pool).ToHashSet();
        var left = _own.Values.Where(pool => !used.Contains(pool)).ToList();
        foreach (var pool in left)
        {
            _own.Remove(pool.Database!);
        }

        _ownPools = [.. _own.Values];
        return left;
    }
}
