using Npgsql;
using Quartz;

namespace ProductionReady.Worker.Leases;

/// <summary>What Quartz fires: it only says that now is a time to look, the lease in the database decides who runs.</summary>
[DisallowConcurrentExecution]
public sealed partial class LeasedJobTrigger<TJob>(
    TJob job, LeasedJobRunner runner, IHostApplicationLifetime lifetime, ILogger<LeasedJobTrigger<TJob>> logger) : IJob
    where TJob : ILeasedJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            await runner.RunDueAsync(job, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopping while it looked for work.
        }
        catch (NpgsqlException unreachable)
        {
            LogUnreachable(job.Name, unreachable.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not look for due work of {Job}: {Reason}. Trying again at the next poll.")]
    private partial void LogUnreachable(string job, string reason);
}
