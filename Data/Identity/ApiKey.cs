using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Identity;

/// <summary>A key with which a service calls the Api. Only the SHA-256 of it is kept.</summary>
public sealed class ApiKey : ITenantOwned
{
    /// <summary>Longest name, in characters.</summary>
    public const int NameMaxLength = 100;

    /// <summary>Longest hint, in characters.</summary>
    public const int HintMaxLength = 16;

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Its last characters, by which people recognise it.</summary>
    public required string Hint { get; init; }

    /// <summary>SHA-256 of the key, 32 bytes. The key is random, so no slow hash is needed.</summary>
    public required byte[] SecretHash { get; init; }

    /// <summary>What it permits, as in <c>contact:read</c>.</summary>
    public required string[] Scopes { get; init; }

    /// <summary>The user who made it. Not a foreign key: the key belongs to the tenant and outlives a user who is removed.</summary>
    public required Guid CreatedBy { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops being accepted, UTC; <see langword="null"/> for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was last used, UTC, to the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>When it was revoked, UTC.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<ApiKey>
    {
        public void Configure(EntityTypeBuilder<ApiKey> entity)
        {
            entity.ToTable("api_keys", table => table.HasCheckConstraint("ck_api_keys_secret_hash", "octet_length(secret_hash) = 32"));
            entity.HasKey(key => new { key.TenantId, key.Id });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(key => key.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.Property(key => key.Name).HasMaxLength(NameMaxLength);
            entity.Property(key => key.Hint).HasMaxLength(HintMaxLength);
            entity.HasIndex(key => new { key.TenantId, key.SecretHash }).IsUnique();
        }
    }
}
