using ProductionReady.Data.Placement;

namespace ProductionReady.Api.Identity.Sessions;

/// <summary>
/// Does for each tenant's own database what <see cref="RevocationFeed"/> does for home. They are asked beside one another: of one that
/// does not answer only its own tenants' requests notice something.
/// </summary>
public sealed partial class OwnRevocationFeed(TenantGate gate, RevocationMemory memory, TimeProvider time, ILogger<OwnRevocationFeed> logger) : BackgroundService
{
    private readonly Dictionary<string, Following> _followed = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RevocationFeed.LookEvery, time);
        try
        {
            do
            {
                var own = gate.Own;
                foreach (var pool in own.Where(pool => !_followed.ContainsKey(pool.Database!)))
                {
                    var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                    _followed.Add(pool.Database!, new Following(ending, FollowAsync(pool.Database!, pool.ConnectionString, ending.Token)));
                }

                await EndAsync(_followed.Keys.Except(own.Select(pool => pool.Database!)).ToList());
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        finally
        {
            await EndAsync([.. _followed.Keys]);
        }
    }

    private async Task EndAsync(IReadOnlyList<string> databases)
    {
        foreach (var database in databases)
        {
            _followed.Remove(database, out var following);
            await following!.Ending.CancelAsync();
            await following.Task;
            following.Ending.Dispose();
            memory.Forget(database);
        }
    }

    private async Task FollowAsync(string database, string connectionString, CancellationToken ending)
    {
        await using var reader = new RevocationReader(connectionString);
        using var timer = new PeriodicTimer(RevocationFeed.LookEvery, time);
        var lost = false;
        while (!ending.IsCancellationRequested)
        {
            try
            {
                memory.Compared((await reader.ReadIntoAsync(memory, time, ending)).AskedAt, database);
                lost = lost && !SayFound(database);
                await timer.WaitForNextTickAsync(ending);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                lost = lost || SayLost(database, exception.GetBaseException().Message);
                await ((Task)timer.WaitForNextTickAsync(ending).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private bool SayLost(string database, string reason)
    {
        LogLost(database, reason);
        return true;
    }

    private bool SayFound(string database)
    {
        LogFound(database);
        return true;
    }

    [LoggerMessage(LogLevel.Warning, "The database {Database} of a tenant does not say what was revoked ({Reason}): each of its requests asks it until it does")]
    private partial void LogLost(string database, string reason);

    [LoggerMessage(LogLevel.Information, "The database {Database} of a tenant says again what was revoked")]
    private partial void LogFound(string database);

    private sealed record Following(CancellationTokenSource Ending, Task Task);
}
