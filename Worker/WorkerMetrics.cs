using System.Diagnostics.Metrics;

namespace ProductionReady.Worker;

/// <summary>What the Worker measures, on the meter <c>ProductionReady.Worker</c>.</summary>
public sealed class WorkerMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ProductionReady.Worker";

    private readonly Counter<long> runs;
    private readonly Counter<long> deleted;
    private readonly Counter<long> audited;
    private readonly Counter<long> brokenTrails;

    /// <summary>Makes the instruments.</summary>
    public WorkerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        runs = meter.CreateCounter<long>("productionready.job.runs", "{run}", "Runs of scheduled jobs, by job and outcome.");
        deleted = meter.CreateCounter<long>("productionready.cleanup.deleted", "{row}", "Rows that maintenance deleted, by table.");
        audited = meter.CreateCounter<long>("productionready.audit.verified", "{entry}", "Entries of audit trails that were verified.");
        brokenTrails = meter.CreateCounter<long>("productionready.audit.broken", "{trail}", "Audit trails that a verification found broken.");
    }

    /// <summary>Counts a run.</summary>
    public void JobRan(string job, string outcome) => runs.Add(1, new("job", job), new("outcome", outcome));

    /// <summary>Counts a verification of one trail.</summary>
    public void AuditVerified(long entries, bool broken)
    {
        audited.Add(entries);
        brokenTrails.Add(broken ? 1 : 0);
    }

    /// <summary>Counts deleted rows.</summary>
    public void RowsDeleted(string table, int rows) => deleted.Add(rows, new KeyValuePair<string, object?>("table", table));
}
