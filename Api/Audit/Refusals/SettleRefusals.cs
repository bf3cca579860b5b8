using Npgsql;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Placement;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Api.Audit.Refusals;

/// <summary>Records how many refusals were too many to be recorded one by one: when their minute is over, and when the Api stops.</summary>
public sealed partial class SettleRefusals(RefusalBudget budget, IServiceScopeFactory scopes, TimeProvider time, ILogger<SettleRefusals> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly Lock _stopping = new();
    private Task? _stopped;

    /// <inheritdoc/>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        // A host may be told to stop twice, and disposes everything after either: both wait for the one stop.
        lock (_stopping)
        {
            return _stopped ??= StopOnceAsync(cancellationToken);
        }
    }

    /// <summary>Records what was counted in the minutes that are over, or in all.</summary>
    public async Task SettleAsync(bool all, CancellationToken cancellationToken)
    {
        foreach (var (key, unrecorded) in budget.Settle(all))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<TenantContext>().EnterAsync(key.TenantId, cancellationToken);
                await scope.ServiceProvider.GetRequiredService<AuditTrail>().RecordAsync(
                    new AuditEvent(key.Action, AuditOutcome.Refused, "refusals", key.Subject)
                    {
                        Actor = new AuditActor(key.Kind, key.ActorId),
                        After = new { notRecordedOneByOne = unrecorded },
                    },
                    cancellationToken);
            }
            catch (Exception exception) when (exception is NpgsqlException or TenantMovingException)
            {
                LogLost(unrecorded, key.Action, key.TenantId, exception);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await SettleAsync(all: false, stoppingToken);
        }
    }

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SettleAsync(all: true, cancellationToken);
    }

    [LoggerMessage(LogLevel.Error, "{Count} refusals ({Action}) of tenant {TenantId} could not be recorded in its audit trail")]
    private partial void LogLost(long count, string action, Guid tenantId, Exception exception);
}
