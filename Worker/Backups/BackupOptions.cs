using System.ComponentModel.DataAnnotations;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Backups;

/// <summary>Where backups are prepared and when they are made; section <c>Backups</c>.</summary>
public sealed class BackupOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Backups";

    /// <summary>Holds the tombstones, and the store unless that is named; made when missing, readable by this account alone.</summary>
    [Required(ErrorMessage = "Name the folder for backups.")]
    public string Folder { get; set; } = "";

    /// <summary>Quartz cron expression, UTC; by default 02:15 every night.</summary>
    [CronSchedule]
    public string Schedule { get; set; } = "0 15 2 * * ?";

    /// <summary>
    /// Where restores are tried, with room for the whole database; the system's temporary folder by default. Short, because
    /// the scratch server's socket is in it and a socket's path ends at 107 bytes.
    /// </summary>
    [MaxLength(60)]
    public string ScratchFolder { get; set; } = Path.GetTempPath();
}
