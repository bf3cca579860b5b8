using System.ComponentModel.DataAnnotations;

namespace ProductionReady.Worker.Leases;

/// <summary>How Workers share scheduled jobs; section <c>Leases</c>.</summary>
public sealed class LeaseOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Leases";

    /// <summary>How long a lease lasts unless it is renewed: a killed Worker's job is free after it. Renewed at a third of it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Duration { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a Worker looks for work that is due and free, beside looking when a job's schedule fires.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long after a failure a job is due again, unless its schedule comes first.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromMinutes(15);
}
