using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Data.Audit;

/// <summary>
/// One line of a tenant's audit trail. Only the database's function <c>append_audit</c> writes it, and nobody changes it;
/// <see cref="Hash"/> covers every column and the entry before, see <see cref="AuditHash"/>. The table is partitioned by the
/// month of <see cref="OccurredAt"/>.
/// </summary>
public sealed class AuditEntry : ITenantOwned
{
    /// <summary>Longest action, in characters.</summary>
    public const int ActionMaxLength = 64;

    /// <summary>Longest kind of resource, in characters.</summary>
    public const int ResourceTypeMaxLength = 64;

    /// <summary>Longest id of a resource, in characters.</summary>
    public const int ResourceIdMaxLength = 255;

    /// <summary>Longest network address, in characters.</summary>
    public const int AddressMaxLength = 64;

    /// <summary>Longest user agent, in characters; longer ones are cut.</summary>
    public const int UserAgentMaxLength = 512;

    /// <summary>Longest request id, in characters.</summary>
    public const int RequestIdMaxLength = 128;

    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>Place in the tenant's trail: 1, 2, 3 and so on without a gap.</summary>
    public required long Seq { get; init; }

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>When it was written by the database's clock, UTC. That clock may be set back; <see cref="Seq"/> tells the order.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>What was done, such as <c>user.created</c>.</summary>
    public required string Action { get; init; }

    /// <summary>How it ended.</summary>
    public required AuditOutcome Outcome { get; init; }

    /// <summary>What kind of caller did it.</summary>
    public required ActorKind ActorKind { get; init; }

    /// <summary>Id of the user or API key; <see langword="null"/> for others.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>What it was done to, such as <c>user</c>.</summary>
    public required string ResourceType { get; init; }

    /// <summary>Which one.</summary>
    public string? ResourceId { get; init; }

    /// <summary>What it was before, as JSON.</summary>
    public string? Before { get; init; }

    /// <summary>What it is after, or what else is worth knowing, as JSON.</summary>
    public string? After { get; init; }

    /// <summary>Network address of the caller.</summary>
    public string? Address { get; init; }

    /// <summary>User agent of the caller.</summary>
    public string? UserAgent { get; init; }

    /// <summary>The caller's sign-in.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>The request's <c>X-Request-Id</c>.</summary>
    public string? RequestId { get; init; }

    /// <summary><see cref="Hash"/> of the entry before; 32 zero bytes for the first.</summary>
    public required byte[] PreviousHash { get; init; }

    /// <summary>SHA-256, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<AuditEntry>
    {
        public void Configure(EntityTypeBuilder<AuditEntry> entity)
        {
            entity.ToTable("audit_entries", table =>
            {
                table.HasTextCheck("audit_entries", "outcome", StoredText.All<AuditOutcome>());
                table.HasTextCheck("audit_entries", "actor_kind", StoredText.All<ActorKind>());
                table.HasCheckConstraint("ck_audit_entries_hash", "octet_length(hash) = 32");
            });

            // A partitioned table's key must hold what it is partitioned by.
            entity.HasKey(entry => new { entry.TenantId, entry.Seq, entry.OccurredAt });
            entity.Property(entry => entry.Action).HasMaxLength(ActionMaxLength);
            entity.Property(entry => entry.ResourceType).HasMaxLength(ResourceTypeMaxLength);
            entity.Property(entry => entry.ResourceId).HasMaxLength(ResourceIdMaxLength);
            entity.Property(entry => entry.Before).HasColumnType("jsonb");
            entity.Property(entry => entry.After).HasColumnType("jsonb");
            entity.Property(entry => entry.Address).HasMaxLength(AddressMaxLength);
            entity.Property(entry => entry.UserAgent).HasMaxLength(UserAgentMaxLength);
            entity.Property(entry => entry.RequestId).HasMaxLength(RequestIdMaxLength);
            entity.HasIndex(entry => new { entry.TenantId, entry.OccurredAt });
            entity.HasIndex(entry => new { entry.TenantId, entry.ActorId, entry.Seq });
            entity.HasIndex(entry => new { entry.TenantId, entry.ResourceType, entry.ResourceId, entry.Seq });
        }
    }
}
