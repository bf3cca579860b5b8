using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Backups.Dumps;

/// <summary>When databases are dumped; section <c>Backups:Dump</c>.</summary>
public sealed class DumpOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Backups:Dump";

    /// <summary>Quartz cron expression, UTC; by default Sundays at 03:45.</summary>
    [CronSchedule]
    public string Schedule { get; set; } = "0 45 3 ? * SUN";
}
