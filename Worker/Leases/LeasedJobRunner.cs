using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ProductionReady.Worker.Leases;

/// <summary>Runs what is due and free: claims a shard, runs it while its lease is renewed, records it, takes the next.</summary>
public sealed partial class LeasedJobRunner(
    LeaseStore store, WorkerMetrics metrics, IOptions<LeaseOptions> options, TimeProvider clock, ILogger<LeasedJobRunner> logger)
{
    /// <summary>Runs shards of <paramref name="job"/> until none is both due and free, or until asked to stop.</summary>
    public async Task RunDueAsync(ILeasedJob job, CancellationToken stopping)
    {
        await ScheduleAsync(job, stopping);
        while (!stopping.IsCancellationRequested
            && await store.TryClaimAsync(job.Name, job.Shards, onlyDue: true, stopping) is { } lease)
        {
            await RunAsync(job, lease, nextDueAfterSuccess: Next, stopping);
        }

        DateTimeOffset? Next(DateTimeOffset now) => job.Schedule.GetNextValidTimeAfter(now);
    }

    /// <summary>Runs one shard now, whether due or not, and leaves its schedule as it is.</summary>
    /// <exception cref="JobBusyException">Another Worker is running it.</exception>
    /// <exception cref="Exception">What the job threw.</exception>
    /// <returns>What the run recorded as its details.</returns>
    public async Task<JsonObject> RunNowAsync(ILeasedJob job, string shard, CancellationToken stopping)
    {
        await ScheduleAsync(job, stopping);
        var lease = await store.TryClaimAsync(job.Name, [shard], onlyDue: false, stopping) ?? throw new JobBusyException(job.Name);
        var (details, error) = await RunAsync(job, lease, nextDueAfterSuccess: _ => null, stopping);
        if (error is not null)
        {
            ExceptionDispatchInfo.Throw(error);
        }

        return details;
    }

    private async Task ScheduleAsync(ILeasedJob job, CancellationToken stopping)
    {
        var next = job.Schedule.GetNextValidTimeAfter(await store.NowAsync(stopping))
            ?? throw new InvalidOperationException($"The schedule of {job.Name} has no time left to come.");
        await store.ScheduleAsync(job.Name, job.Shards, next, stopping);
    }

    private async Task<(JsonObject Details, Exception? Error)> RunAsync(
        ILeasedJob job, Lease lease, Func<DateTimeOffset, DateTimeOffset?> nextDueAfterSuccess, CancellationToken stopping)
    {
        LogStarted(lease.Job, lease.Shard, lease.RunId);
        var run = new LeasedRun(lease, store);
        var (outcome, error) = await AttemptAsync(job, run, stopping);
        if (error is not (null or OperationCanceledException))
        {
            run.Details["error"] = error.Message;
        }

        try
        {
            var now = await store.NowAsync(CancellationToken.None);
            var nextDue = outcome switch
            {
                JobOutcome.Succeeded => nextDueAfterSuccess(now),
                JobOutcome.Failed => Earlier(now + options.Value.RetryAfter, job.Schedule.GetNextValidTimeAfter(now)),
                _ => null,
            };
            outcome = await store.FinishAsync(lease, outcome, run.Details, nextDue, CancellationToken.None) ? outcome : JobOutcome.Lost;
        }
        catch (NpgsqlException unreachable)
        {
            // The lease runs out by itself, and whoever takes the shard then records this run as abandoned.
            LogNotRecorded(lease.Job, lease.Shard, outcome, unreachable);
        }

        metrics.JobRan(lease.Job, outcome);
        if (outcome is JobOutcome.Succeeded or JobOutcome.Interrupted)
        {
            LogFinished(lease.Job, lease.Shard, lease.RunId, outcome, run.Details.ToJsonString());
        }
        else
        {
            LogFailed(lease.Job, lease.Shard, lease.RunId, outcome, run.Details.ToJsonString(), error);
        }

        return (run.Details, error);
    }

    private async Task<(string Outcome, Exception? Error)> AttemptAsync(ILeasedJob job, LeasedRun run, CancellationToken stopping)
    {
        await using var keeper = new LeaseKeeper(run.Lease, store, options.Value.Duration, clock, logger);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, keeper.Lost);
        try
        {
            await job.RunAsync(run, either.Token);
            return (JobOutcome.Succeeded, null);
        }
        catch (OperationCanceledException cancelled) when (either.IsCancellationRequested)
        {
            return keeper.Lost.IsCancellationRequested
                ? (JobOutcome.Lost, new LeaseLostException(run.Lease))
                : (JobOutcome.Interrupted, cancelled);
        }
        catch (LeaseLostException lost)
        {
            return (JobOutcome.Lost, lost);
        }
        catch (Exception error)
        {
            return (JobOutcome.Failed, error);
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset retry, DateTimeOffset? scheduled) =>
        scheduled is { } time && time < retry ? time : retry;

    [LoggerMessage(Level = LogLevel.Information, Message = "{Job}/{Shard} started as run {RunId}.")]
    private partial void LogStarted(string job, string shard, Guid runId);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Job}/{Shard} run {RunId} {Outcome}: {Details}")]
    private partial void LogFinished(string job, string shard, Guid runId, string outcome, string details);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Job}/{Shard} run {RunId} {Outcome}: {Details}")]
    private partial void LogFailed(string job, string shard, Guid runId, string outcome, string details, Exception? error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job}/{Shard} {Outcome}, but the database could not be told; its lease will expire.")]
    private partial void LogNotRecorded(string job, string shard, string outcome, Exception error);
}
