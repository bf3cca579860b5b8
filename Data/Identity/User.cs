using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Identity;

/// <summary>A person who can sign in to one tenant. The e-mail address is unique in the tenant without regard to case.</summary>
public sealed class User : ITenantOwned
{
    /// <summary>Longest e-mail address, in characters.</summary>
    public const int EmailMaxLength = 255;

    /// <summary>Longest display name, in characters.</summary>
    public const int DisplayNameMaxLength = 100;

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>E-mail address as the user writes it.</summary>
    public required string Email { get; set; }

    /// <summary>The address in lower case, made by the database; look users up by it.</summary>
    public string EmailKey { get; private set; } = "";

    /// <summary>Name for people.</summary>
    public required string DisplayName { get; set; }

    /// <summary>
    /// Salted, slow hash of the password, in the format of ASP.NET Core's password hasher; <see langword="null"/> for a user
    /// who has none, because an identity provider vouches for him or none was chosen yet.
    /// </summary>
    public string? PasswordHash { get; set; }

    /// <summary>When the password was chosen, UTC.</summary>
    public DateTimeOffset? PasswordChangedAt { get; set; }

    /// <summary>Names of the roles, at least one: of <see cref="BuiltInRoles"/> or of the tenant's own (<see cref="Role"/>).</summary>
    public required string[] Roles { get; set; }

    /// <summary>
    /// Grows whenever what the user may do changes. Tokens carry it as <c>ver</c>, and one with a lower number must be
    /// refreshed.
    /// </summary>
    public long AccessVersion { get; set; } = 1;

    /// <summary>Whether the user may sign in.</summary>
    public UserState State { get; set; } = UserState.Active;

    /// <summary>When the user last signed in, UTC.</summary>
    public DateTimeOffset? LastSignedInAt { get; set; }

    /// <summary>When the user was created, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the user was last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Changes with every change of the row (PostgreSQL's <c>xmin</c>): the concurrency token behind the ETag.</summary>
    public uint Version { get; private set; }

    internal sealed class Configuration : IEntityTypeConfiguration<User>
    {
        public void Configure(EntityTypeBuilder<User> entity)
        {
            entity.ToTable("users", table =>
            {
                table.HasCheckConstraint("ck_users_roles", "cardinality(roles) > 0");
                table.HasCheckConstraint(
                    "ck_users_platform_admin",
                    $"NOT '{BuiltInRoles.PlatformAdmin}'::text = ANY (roles) OR tenant_id = '{PlatformTenant.Id}'::uuid");
                table.HasTextCheck("users", "state", StoredText.All<UserState>());
            });
            entity.HasKey(user => new { user.TenantId, user.Id });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(user => user.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.Property(user => user.Email).HasMaxLength(EmailMaxLength);
            entity.Property(user => user.EmailKey).HasColumnType("text").HasComputedColumnSql("lower(email)", stored: true);
            entity.Property(user => user.DisplayName).HasMaxLength(DisplayNameMaxLength);
            entity.Property(user => user.AccessVersion).HasDefaultValueSql("1").ValueGeneratedNever();
            entity.Property(user => user.Version).HasColumnName("xmin").HasColumnType("xid").IsRowVersion();
            entity.HasIndex(user => new { user.TenantId, user.EmailKey }).IsUnique();
        }
    }
}
