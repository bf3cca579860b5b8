using System.ComponentModel.DataAnnotations;

namespace ProductionReady.Api.Tenants;

/// <summary>The life of tenants; section <c>Tenants</c>.</summary>
public sealed class TenantOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Tenants";

    /// <summary>How long a closed tenant can be reopened before it is erased; up to 1 year.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "366.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan ClosingGrace { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Largest archive that is imported, in bytes, compressed.</summary>
    [Range(1_000_000, 1_000_000_000_000)]
    public long ImportMaxBytes { get; set; } = 2L << 30;

    /// <summary>Largest archive that is imported, in bytes, unpacked: what unpacks to more is refused unread.</summary>
    [Range(1_000_000, 10_000_000_000_000)]
    public long ImportMaxUnpackedBytes { get; set; } = 16L << 30;
}
