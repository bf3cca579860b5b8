using System.ComponentModel.DataAnnotations;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Maintenance;

/// <summary>When and how expired and revoked tokens are deleted; section <c>Maintenance:TokenCleanup</c>.</summary>
public sealed class TokenCleanupOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Maintenance:TokenCleanup";

    /// <summary>Quartz cron expression, UTC; by default every hour.</summary>
    [CronSchedule]
    public string Schedule { get; set; } = "0 0 * * * ?";

    /// <summary>Rows one statement deletes at most; what a stop waits for.</summary>
    [Range(1, 100_000)]
    public int BatchSize { get; set; } = 1000;

    /// <summary>Parts the tenants are divided into, so that Workers share them. The same for all Workers.</summary>
    [Range(1, 256)]
    public int Shards { get; set; } = 16;

    /// <summary>How long a session stays, for the record of sign-ins, after it expired or was revoked.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan SessionRetention { get; set; } = TimeSpan.FromDays(30);
}
