using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Identity;

/// <summary>One sign-in of one user: the refresh token family that grows from it lives and is revoked with it.</summary>
public sealed class Session : ITenantOwned
{
    /// <summary>Longest kept user agent, in characters; longer ones are cut by the caller.</summary>
    public const int UserAgentMaxLength = 512;

    /// <summary>Longest kept network address, in characters: an IPv6 address with a zone.</summary>
    public const int AddressMaxLength = 64;

    /// <summary>Longest reason, in characters.</summary>
    public const int RevokedReasonMaxLength = 64;

    /// <summary>UUIDv7; the <c>sid</c> of access tokens.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>Whose session it is.</summary>
    public required Guid UserId { get; init; }

    /// <summary>How the user signed in.</summary>
    public SignInMethod Method { get; init; } = SignInMethod.Password;

    /// <summary>When the second factor was given, UTC; <see langword="null"/> when it was not.</summary>
    public DateTimeOffset? SecondFactorAt { get; set; }

    /// <summary>Whether its tokens permit nothing but enrolling the second factor that the tenant asks for.</summary>
    public bool Restricted { get; set; }

    /// <summary>When the user signed in, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a refresh token of it was last used, UTC.</summary>
    public required DateTimeOffset LastUsedAt { get; set; }

    /// <summary>When it ends whatever happens, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When it was revoked, UTC; <see langword="null"/> while it is valid.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>Why it was revoked: a word such as <c>logout</c> or <c>refresh_token_reuse</c>.</summary>
    public string? RevokedReason { get; set; }

    /// <summary>The user agent that signed in, for the user's list of sessions.</summary>
    public string? UserAgent { get; set; }

    /// <summary>The network address that signed in.</summary>
    public string? Address { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Session>
    {
        public void Configure(EntityTypeBuilder<Session> entity)
        {
            entity.ToTable("sessions", table => table.HasTextCheck("sessions", "method", StoredText.All<SignInMethod>()));
            entity.HasKey(session => new { session.TenantId, session.Id });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(session => session.TenantId).OnDelete(DeleteBehavior.Restrict);
            // The tenant is part of the key: foreign key checks run above row-level security and must not reach across.
            entity.HasOne<User>().WithMany()
                .HasForeignKey(session => new { session.TenantId, session.UserId }).OnDelete(DeleteBehavior.Cascade);
            entity.Property(session => session.Method).HasDefaultValueSql($"'{StoredText.Of(SignInMethod.Password)}'::text").ValueGeneratedNever();
            entity.Property(session => session.Restricted).HasDefaultValueSql("false").ValueGeneratedNever();
            entity.Property(session => session.UserAgent).HasMaxLength(UserAgentMaxLength);
            entity.Property(session => session.Address).HasMaxLength(AddressMaxLength);
            entity.Property(session => session.RevokedReason).HasMaxLength(RevokedReasonMaxLength);
            entity.HasIndex(session => new { session.TenantId, session.UserId });
            entity.HasIndex(session => new { session.TenantId, session.ExpiresAt });
        }
    }
}
