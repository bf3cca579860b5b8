using System.ComponentModel.DataAnnotations;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Backups.Drills;

/// <summary>When restores are drilled; section <c>Backups:Drill</c>.</summary>
public sealed class DrillOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Backups:Drill";

    /// <summary>Quartz cron expression, UTC; by default 04:30 every day.</summary>
    [CronSchedule]
    public string Schedule { get; set; } = "0 30 4 * * ?";

    /// <summary>How many records of drills are kept.</summary>
    [Range(1, 10_000)]
    public int Keep { get; set; } = 100;
}
