using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Identity;

/// <summary>A code that stands in for the second factor once. Only its hash is kept.</summary>
public sealed class RecoveryCode : ITenantOwned
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>Whose it is.</summary>
    public required Guid UserId { get; init; }

    /// <summary>Hash of the code, 32 bytes.</summary>
    public required byte[] CodeHash { get; init; }

    /// <summary>When it was used, UTC.</summary>
    public DateTimeOffset? UsedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<RecoveryCode>
    {
        public void Configure(EntityTypeBuilder<RecoveryCode> entity)
        {
            entity.ToTable("recovery_codes", table => table.HasCheckConstraint("ck_recovery_codes_code_hash", "octet_length(code_hash) = 32"));
            entity.HasKey(code => new { code.TenantId, code.Id });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(code => code.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.HasOne<User>().WithMany()
                .HasForeignKey(code => new { code.TenantId, code.UserId }).OnDelete(DeleteBehavior.Cascade);
            entity.HasIndex(code => new { code.TenantId, code.UserId, code.CodeHash }).IsUnique();
        }
    }
}
