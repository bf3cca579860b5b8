using System.ComponentModel.DataAnnotations;

namespace ProductionReady.Data.Placement;

/// <summary>Tenants that move; section <c>Placement</c>.</summary>
public sealed class PlacementOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Placement";

    /// <summary>How long a unit of work of a tenant that is being moved waits before it is refused.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Hold { get; set; } = TimeSpan.FromSeconds(30);
}
