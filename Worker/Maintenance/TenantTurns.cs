using Npgsql;
using ProductionReady.Data.Placement;

namespace ProductionReady.Worker.Maintenance;

/// <summary>
/// A job's turns, tenant by tenant. A tenant that is being moved, or whose own database fails, is passed over: the others have their
/// turns, and the run fails in the end, so that it is tried again.
/// </summary>
internal sealed class TenantTurns(TenantGate gate)
{
    private readonly List<Exception> _passedOver = [];

    /// <summary>Gives a tenant its turn.</summary>
    public async Task TakeAsync(Guid tenant, Func<Task> turn)
    {
        try
        {
            await turn();
        }
        catch (Exception failure) when (failure is TenantMovingException || (gate.IsAway(tenant) && IsOfDatabase(failure)))
        {
            _passedOver.Add(new InvalidOperationException($"Tenant {tenant} had no turn: {failure.GetBaseException().Message}", failure));
        }
    }

    /// <summary>Does what is no tenant's in one of the databases; one of a tenant's own that fails is passed over.</summary>
    public async Task TakeAsync(TenantPool database, Func<Task> turn)
    {
        try
        {
            await turn();
        }
        catch (Exception failure) when (database.Database is not null && IsOfDatabase(failure))
        {
            _passedOver.Add(new InvalidOperationException($"Database {database.Database} had no turn: {failure.GetBaseException().Message}", failure));
        }
    }

    /// <summary>Ends the run.</summary>
    /// <exception cref="AggregateException">Some had no turn.</exception>
    public void End()
    {
        if (_passedOver.Count > 0)
        {
            throw new AggregateException(_passedOver);
        }
    }

    // EF Core wraps what it takes for transient.
    private static bool IsOfDatabase(Exception failure) => failure is NpgsqlException || (failure.InnerException is { } inner && IsOfDatabase(inner));
}
