using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Audit;

/// <summary>The head of a tenant's audit trail. Whoever appends holds its row, so that entries follow one another.</summary>
public sealed class AuditChain : ITenantOwned
{
    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary><see cref="AuditEntry.Seq"/> of the last entry; 0 before the first.</summary>
    public required long LastSeq { get; init; }

    /// <summary><see cref="AuditEntry.Hash"/> of the last entry; 32 zero bytes before the first.</summary>
    public required byte[] LastHash { get; init; }

    /// <summary>The entry that the last complete verification ended with, if there was one.</summary>
    public long? VerifiedSeq { get; init; }

    /// <summary>Its hash: it must be in the trail ever after, so a trail cut short and given a new head is found too.</summary>
    public byte[]? VerifiedHash { get; init; }

    /// <summary>When that was, UTC.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<AuditChain>
    {
        public void Configure(EntityTypeBuilder<AuditChain> entity)
        {
            entity.ToTable("audit_chains", table => table.HasCheckConstraint("ck_audit_chains_last_hash", "octet_length(last_hash) = 32"));
            entity.HasKey(chain => chain.TenantId);
            entity.HasOne<Tenant>().WithMany().HasForeignKey(chain => chain.TenantId).OnDelete(DeleteBehavior.Restrict);
        }
    }
}
