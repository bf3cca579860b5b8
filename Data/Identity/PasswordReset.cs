using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Identity;

/// <summary>Lets a user choose a new password without the old one. Only the SHA-256 of its token is kept.</summary>
public sealed class PasswordReset : ITenantOwned
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>Whose password.</summary>
    public required Guid UserId { get; init; }

    /// <summary>SHA-256 of the token, 32 bytes.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>When it was asked for, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops being accepted, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was used, or a newer one took its place, UTC.</summary>
    public DateTimeOffset? UsedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<PasswordReset>
    {
        public void Configure(EntityTypeBuilder<PasswordReset> entity)
        {
            entity.ToTable("password_resets", table => table.HasCheckConstraint("ck_password_resets_token_hash", "octet_length(token_hash) = 32"));
            entity.HasKey(reset => new { reset.TenantId, reset.Id });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(reset => reset.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.HasOne<User>().WithMany()
                .HasForeignKey(reset => new { reset.TenantId, reset.UserId }).OnDelete(DeleteBehavior.Cascade);
            entity.HasIndex(reset => new { reset.TenantId, reset.TokenHash }).IsUnique();
            entity.HasIndex(reset => new { reset.TenantId, reset.UserId });
            entity.HasIndex(reset => new { reset.TenantId, reset.ExpiresAt });
        }
    }
}
