using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Identity;

/// <summary>Lets somebody join a tenant with the roles it names. Only the SHA-256 of its token is kept.</summary>
public sealed class Invitation : ITenantOwned
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>Where it was sent, and the address the user will have.</summary>
    public required string Email { get; init; }

    /// <summary>The address in lower case, made by the database.</summary>
    public string EmailKey { get; private set; } = "";

    /// <summary>Roles the user will have.</summary>
    public required string[] Roles { get; init; }

    /// <summary>SHA-256 of the token, 32 bytes; a new one when the invitation is sent again.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>The user who invited. Not a foreign key: the invitation outlives a user who is removed.</summary>
    public required Guid InvitedBy { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops being accepted, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When it was accepted, UTC.</summary>
    public DateTimeOffset? AcceptedAt { get; set; }

    /// <summary>When it was taken back, UTC.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Invitation>
    {
        public void Configure(EntityTypeBuilder<Invitation> entity)
        {
            entity.ToTable("invitations", table => table.HasCheckConstraint("ck_invitations_token_hash", "octet_length(token_hash) = 32"));
            entity.HasKey(invitation => new { invitation.TenantId, invitation.Id });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(invitation => invitation.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.Property(invitation => invitation.Email).HasMaxLength(User.EmailMaxLength);
            entity.Property(invitation => invitation.EmailKey).HasColumnType("text").HasComputedColumnSql("lower(email)", stored: true);
            entity.HasIndex(invitation => new { invitation.TenantId, invitation.TokenHash }).IsUnique();
            entity.HasIndex(invitation => new { invitation.TenantId, invitation.EmailKey }).IsUnique()
                .HasFilter("((accepted_at IS NULL) AND (revoked_at IS NULL))");
        }
    }
}
