using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Idempotency;

/// <summary>
/// A key that a user's request carried, and the answer it got. The row commits together with what the request did, so
/// there is none for a request that did not finish.
/// </summary>
public sealed class IdempotencyKey : ITenantOwned
{
    /// <summary>Longest key, in characters.</summary>
    public const int KeyMaxLength = 255;

    /// <summary>Largest answer that is kept, in bytes.</summary>
    public const int BodyMaxLength = 64 * 1024;

    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>
    /// Whose key it is, a user or an API key: callers choose keys without knowing each other's. Not a foreign key, for it
    /// points to either.
    /// </summary>
    public required Guid SubjectId { get; init; }

    /// <summary>The key, 1 to 255 visible ASCII characters.</summary>
    public required string Key { get; init; }

    /// <summary>SHA-256 of the request, 32 bytes.</summary>
    public required byte[] Fingerprint { get; set; }

    /// <summary>HTTP status of the answer.</summary>
    public required short StatusCode { get; set; }

    /// <summary>Header <c>Content-Type</c> of the answer.</summary>
    public string? ContentType { get; set; }

    /// <summary>Header <c>ETag</c> of the answer.</summary>
    public string? ETag { get; set; }

    /// <summary>Header <c>Location</c> of the answer.</summary>
    public string? Location { get; set; }

    /// <summary>Body of the answer, at most 64 KiB.</summary>
    public required byte[] Body { get; set; }

    /// <summary>When the request began, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>From when on the key counts as never used, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<IdempotencyKey>
    {
        public void Configure(EntityTypeBuilder<IdempotencyKey> entity)
        {
            entity.ToTable("idempotency_keys", table =>
            {
                table.HasCheckConstraint("ck_idempotency_keys_fingerprint", "octet_length(fingerprint) = 32");
                table.HasCheckConstraint("ck_idempotency_keys_body", $"octet_length(body) <= {BodyMaxLength}");
            });
            entity.HasKey(key => new { key.TenantId, key.SubjectId, key.Key });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(key => key.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.Property(key => key.Key).HasMaxLength(KeyMaxLength);
            entity.Property(key => key.ETag).HasColumnName("etag");
            entity.HasIndex(key => new { key.TenantId, key.ExpiresAt });
        }
    }
}
