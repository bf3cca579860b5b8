using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Data.Tenants;

/// <summary>
/// A customer whose data is kept apart from all others'. A tenant sees its own row alone; finding one by slug, before
/// anybody is signed in, goes through <see cref="TenantDirectory"/>.
/// </summary>
public sealed class Tenant
{
    /// <summary>Longest slug, in characters.</summary>
    public const int SlugMaxLength = 63;

    /// <summary>Longest name, in characters.</summary>
    public const int NameMaxLength = 100;

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>
    /// Unique short name, used at sign-in: 2 to 63 lower-case letters, digits and inner hyphens, as a DNS label (RFC 1123).
    /// </summary>
    public required string Slug { get; set; }

    /// <summary>Name for people, 1 to 100 characters.</summary>
    public required string Name { get; set; }

    /// <summary>Whether it may be used.</summary>
    public TenantState State { get; set; } = TenantState.Active;

    /// <summary>Whether every user must sign in with a second factor.</summary>
    public bool RequireSecondFactor { get; set; }

    /// <summary>Roles whose holders must sign in with a second factor, whatever the rest may do.</summary>
    public string[] SecondFactorRoles { get; set; } = [];

    /// <summary>When it was created, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Tenant>
    {
        public void Configure(EntityTypeBuilder<Tenant> entity)
        {
            entity.ToTable("tenants", table =>
            {
                table.HasCheckConstraint("ck_tenants_slug", "slug ~ '^[a-z0-9][a-z0-9-]*[a-z0-9]$'");
                table.HasTextCheck("tenants", "state", StoredText.All<TenantState>());
            });
            entity.Property(tenant => tenant.Slug).HasMaxLength(SlugMaxLength);
            entity.Property(tenant => tenant.Name).HasMaxLength(NameMaxLength);
            entity.Property(tenant => tenant.RequireSecondFactor).HasDefaultValueSql("false").ValueGeneratedNever();
            entity.Property(tenant => tenant.SecondFactorRoles).HasDefaultValueSql("'{}'::text[]").ValueGeneratedNever();
            entity.HasIndex(tenant => tenant.Slug).IsUnique();
        }
    }
}
