using System.ComponentModel.DataAnnotations;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Backups.OffSite;

/// <summary>A second store, elsewhere, that is kept as a copy of the first; section <c>Backups:OffSite</c>.</summary>
public sealed class OffSiteOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Backups:OffSite";

    /// <summary>The value of <see cref="Kind"/> for no second store.</summary>
    public const string None = "none";

    /// <summary><c>none</c>, <c>folder</c>, or <c>s3</c> for a service that speaks S3.</summary>
    [AllowedValues(None, "folder", "s3", ErrorMessage = "Either 'none', 'folder' or 's3'.")]
    public string Kind { get; set; } = None;

    /// <summary>The folder, such as one on another machine's disk.</summary>
    public string? Folder { get; set; }

    /// <summary>The bucket.</summary>
    public S3Options S3 { get; set; } = new();

    /// <summary>Quartz cron expression, UTC; by default every minute.</summary>
    [CronSchedule]
    public string Schedule { get; set; } = "30 * * * * ?";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Kind switch
    {
        "s3" => S3.Problems(),
        "folder" when string.IsNullOrWhiteSpace(Folder) => [new ValidationResult("Name the folder.", [nameof(Folder)])],
        _ => [],
    };
}
