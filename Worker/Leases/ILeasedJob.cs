using Quartz;

namespace ProductionReady.Worker.Leases;

/// <summary>Work that runs once per schedule in the whole installation, however many Workers there are.</summary>
public interface ILeasedJob
{
    /// <summary>Name in <c>job_leases</c>, <c>job_runs</c>, logs and metrics.</summary>
    string Name { get; }

    /// <summary>The parts that Workers may run beside each other, each under its own lease.</summary>
    IReadOnlyList<string> Shards { get; }

    /// <summary>When it is due, in UTC.</summary>
    CronExpression Schedule { get; }

    /// <summary>
    /// Runs one shard. May be repeated after a crash, so it must bear that. Throws <see cref="OperationCanceledException"/>
    /// once <paramref name="stopping"/> asks and what was begun is finished or undone; any other exception is a failed run.
    /// </summary>
    Task RunAsync(LeasedRun run, CancellationToken stopping);
}
