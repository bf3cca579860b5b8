using System.ComponentModel.DataAnnotations;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Backups.Retention;

/// <summary>How many backups of each kind stay; section <c>Backups:Retention</c>. Days, weeks and months are UTC's, weeks are ISO 8601's.</summary>
public sealed class RetentionOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Backups:Retention";

    /// <summary>Of how many days the newest stays. Back to the oldest of them, any second can be restored.</summary>
    [Range(1, 3650)]
    public int Daily { get; set; } = 30;

    /// <summary>Of how many weeks the newest stays.</summary>
    [Range(0, 520)]
    public int Weekly { get; set; } = 12;

    /// <summary>Of how many months the newest stays.</summary>
    [Range(0, 120)]
    public int Monthly { get; set; } = 12;

    /// <summary>Quartz cron expression, UTC; by default 03:15 every night, after the backup.</summary>
    [CronSchedule]
    public string Schedule { get; set; } = "0 15 3 * * ?";
}
