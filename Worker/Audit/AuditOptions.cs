using System.ComponentModel.DataAnnotations;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Audit;

/// <summary>When the audit trail is looked after; section <c>Audit</c>.</summary>
public sealed class AuditOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Audit";

    /// <summary>When the partitions of coming months are made. Quartz cron expression, UTC; by default every day at 00:45.</summary>
    [CronSchedule]
    public string PartitionSchedule { get; set; } = "0 45 0 * * ?";

    /// <summary>How many months ahead there is a partition.</summary>
    [Range(1, 24)]
    public int MonthsAhead { get; set; } = 3;

    /// <summary>When every tenant's trail is verified. Quartz cron expression, UTC; by default every day at 03:15.</summary>
    [CronSchedule]
    public string VerificationSchedule { get; set; } = "0 15 3 * * ?";

    /// <summary>Parts the tenants are divided into, so that Workers share them. The same for all Workers.</summary>
    [Range(1, 256)]
    public int Shards { get; set; } = 16;
}
