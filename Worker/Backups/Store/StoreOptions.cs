using System.ComponentModel.DataAnnotations;

namespace ProductionReady.Worker.Backups.Store;

/// <summary>Where backups are kept; section <c>Backups:Store</c>.</summary>
public sealed class StoreOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Backups:Store";

    /// <summary><c>folder</c>, or <c>s3</c> for a service that speaks S3.</summary>
    [AllowedValues("folder", "s3", ErrorMessage = "Either 'folder' or 's3'.")]
    public string Kind { get; set; } = "folder";

    /// <summary>The folder; <c>store</c> in <c>Backups:Folder</c> unless it is named.</summary>
    public string? Folder { get; set; }

    /// <summary>The bucket.</summary>
    public S3Options S3 { get; set; } = new();

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Kind == "s3" ? S3.Problems() : [];
}
