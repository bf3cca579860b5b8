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

    /// <summary>Salted, slow hash of the password, in the format of ASP.NET Core's password hasher.</summary>
    public required string PasswordHash { get; set; }

    /// <summary>What the user may do.</summary>
    public UserRole Role { get; set; } = UserRole.User;

    /// <summary>Whether the user may sign in.</summary>
    public UserState State { get; set; } = UserState.Active;

    /// <summary>When the user was created, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the user was last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<User>
    {
        public void Configure(EntityTypeBuilder<User> entity)
        {
            entity.ToTable("users", table =>
            {
                table.HasTextCheck("users", "role", StoredText.All<UserRole>());
                table.HasTextCheck("users", "state", StoredText.All<UserState>());
            });
            entity.HasKey(user => new { user.TenantId, user.Id });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(user => user.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.Property(user => user.Email).HasMaxLength(EmailMaxLength);
            entity.Property(user => user.EmailKey).HasColumnType("text").HasComputedColumnSql("lower(email)", stored: true);
            entity.Property(user => user.DisplayName).HasMaxLength(DisplayNameMaxLength);
            entity.HasIndex(user => new { user.TenantId, user.EmailKey }).IsUnique();
        }
    }
}
