using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Backups.Configuration;

/// <summary>When the configuration is backed up; section <c>Backups:Configuration</c>.</summary>
public sealed class ConfigurationBackupOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Backups:Configuration";

    /// <summary>Quartz cron expression, UTC; by default 02:05 every night, before the base backup.</summary>
    [CronSchedule]
    public string Schedule { get; set; } = "0 5 2 * * ?";
}
