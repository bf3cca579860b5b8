using System.ComponentModel.DataAnnotations;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Tenants;

/// <summary>When closed tenants are erased; section <c>Tenants:Erasure</c>.</summary>
public sealed class ErasureOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Tenants:Erasure";

    /// <summary>Quartz cron expression, UTC; by default every five minutes. What an operator orders is done at the next poll.</summary>
    [CronSchedule]
    public string Schedule { get; set; } = "0 */5 * * * ?";

    /// <summary>Rows one statement deletes at most; what a stop waits for.</summary>
    [Range(1, 100_000)]
    public int BatchSize { get; set; } = 5000;
}

/// <summary>When it is measured what tenants use; section <c>Tenants:Usage</c>.</summary>
public sealed class UsageOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Tenants:Usage";

    /// <summary>Quartz cron expression, UTC; by default every hour.</summary>
    [CronSchedule]
    public string Schedule { get; set; } = "0 20 * * * ?";

    /// <summary>Parts the tenants are divided into, so that Workers share them. The same for all Workers.</summary>
    [Range(1, 256)]
    public int Shards { get; set; } = 4;
}
