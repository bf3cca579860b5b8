using System.ComponentModel.DataAnnotations;

namespace ProductionReady.Worker.Backups.Store;

/// <summary>A bucket of a service that speaks S3; section <c>S3</c> of a store.</summary>
public sealed class S3Options
{
    /// <summary>Name of the bucket, which must be there.</summary>
    public string? Bucket { get; set; }

    /// <summary>Address of the service, such as <c>https://s3.example.com</c>; not needed for Amazon's own.</summary>
    public string? ServiceUrl { get; set; }

    /// <summary>Region that requests are signed for, and of Amazon's service that is asked.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>Identifier of the access key.</summary>
    public string? AccessKey { get; set; }

    /// <summary>The access key's secret.</summary>
    public string? SecretKey { get; set; }

    /// <summary>Begins every key, such as <c>production/</c>; none by default.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>Whether the bucket is part of the path and not of the host's name, as most services but Amazon's want it.</summary>
    public bool PathStyle { get; set; } = true;

    /// <summary>
    /// Days for which nobody, this software included, can delete an object for good; 0 for none. The bucket must have been made with object
    /// lock. What is replaced by the minute is not locked: parts of segments, outcomes of checks and the catalog.
    /// </summary>
    [Range(0, 3650)]
    public int LockDays { get; set; }

    /// <summary>Reads back every upload, even where the service says the checksum of what it has.</summary>
    public bool ReadBack { get; set; }

    /// <summary>Bytes of a part of a large object, in MiB.</summary>
    [Range(5, 1024)]
    public int PartMiB { get; set; } = 16;

    /// <summary>How long one request may take, and a download may bring nothing.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>What is wrong when a store is of this kind.</summary>
    internal IEnumerable<ValidationResult> Problems()
    {
        foreach (var (value, name) in new[] { (Bucket, nameof(Bucket)), (AccessKey, nameof(AccessKey)), (SecretKey, nameof(SecretKey)) })
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                yield return new ValidationResult("A store of the kind 's3' needs it.", [$"S3:{name}"]);
            }
        }

        if (ServiceUrl is { Length: > 0 } url && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            yield return new ValidationResult("It must be an address such as https://s3.example.com.", [$"S3:{nameof(ServiceUrl)}"]);
        }

        if (Timeout < TimeSpan.FromSeconds(1))
        {
            yield return new ValidationResult("At least a second.", [$"S3:{nameof(Timeout)}"]);
        }

        foreach (var (value, least, name) in new[] { (LockDays, 0, nameof(LockDays)), (PartMiB, 5, nameof(PartMiB)) })
        {
            if (value < least)
            {
                yield return new ValidationResult($"At least {least}.", [$"S3:{name}"]);
            }
        }
    }
}
