using System.Diagnostics.Metrics;

namespace ProductionReady.Worker;

/// <summary>What the Worker measures, on the meter <c>ProductionReady.Worker</c>.</summary>
public sealed class WorkerMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ProductionReady.Worker";

    private readonly Counter<long> runs;
    private readonly Counter<long> deleted;

    /// <summary>Makes the instruments.</summary>
    public WorkerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        runs = meter.CreateCounter<long>("productionready.job.runs", "{run}", "Runs of scheduled jobs, by job and outcome.");
        deleted = meter.CreateCounter<long>("productionready.cleanup.deleted", "{row}", "Rows that maintenance deleted, by table.");
    }

    /// <summary>Counts a run.</summary>
    public void JobRan(string job, string outcome) => runs.Add(1, new("job", job), new("outcome", outcome));

    /// <summary>Counts deleted rows.</summary>
    public void RowsDeleted(string table, int rows) => deleted.Add(rows, new KeyValuePair<string, object?>("table", table));
}
