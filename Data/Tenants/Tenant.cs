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

    /// <summary>Longest time zone, in characters.</summary>
    public const int TimeZoneMaxLength = 64;

    /// <summary>Longest language tag, in characters (RFC 5646, section 4.4.1).</summary>
    public const int LanguageMaxLength = 35;

    /// <summary>Longest reason of a suspension, in characters.</summary>
    public const int SuspendedReasonMaxLength = 500;

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

    /// <summary>Time zone for people's eyes, of the IANA database: <c>Europe/Paris</c>. Stored times are UTC whatever it says.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>Language for people's eyes, as a BCP 47 tag: <c>en</c>, <c>pt-BR</c>.</summary>
    public string Language { get; set; } = "en";

    /// <summary>Why the operator suspended it, for the operator.</summary>
    public string? SuspendedReason { get; set; }

    /// <summary>When it was closed, UTC; while <see cref="TenantState.Closing"/> alone.</summary>
    public DateTimeOffset? ClosingAt { get; set; }

    /// <summary>From when on it may be erased, UTC; while <see cref="TenantState.Closing"/> alone.</summary>
    public DateTimeOffset? EraseAfter { get; set; }

    /// <summary>Active users that the plan allows; <see langword="null"/> for any number, as for the others.</summary>
    public int? MaxUsers { get; set; }

    /// <summary>Contacts that the plan allows.</summary>
    public long? MaxContacts { get; set; }

    /// <summary>Events a calendar month (UTC) that the plan allows.</summary>
    public long? MaxEventsAMonth { get; set; }

    /// <summary>Bytes of stored rows that the plan allows.</summary>
    public long? MaxStorageBytes { get; set; }

    /// <summary>When it was created, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Changes with every change of the row (PostgreSQL's <c>xmin</c>): the concurrency token behind the ETag.</summary>
    public uint Version { get; private set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Tenant>
    {
        public void Configure(EntityTypeBuilder<Tenant> entity)
        {
            entity.ToTable("tenants", table =>
            {
                table.HasCheckConstraint("ck_tenants_slug", "slug ~ '^[a-z0-9][a-z0-9-]*[a-z0-9]$'");
                table.HasTextCheck("tenants", "state", StoredText.All<TenantState>());
                table.HasCheckConstraint("ck_tenants_closing", "(state = 'closing'::text) = (erase_after IS NOT NULL)");
                foreach (var limit in (string[])["max_users", "max_contacts", "max_events_a_month", "max_storage_bytes"])
                {
                    table.HasCheckConstraint($"ck_tenants_{limit}", $"{limit} >= 0");
                }
            });
            entity.Property(tenant => tenant.Slug).HasMaxLength(SlugMaxLength);
            entity.Property(tenant => tenant.Name).HasMaxLength(NameMaxLength);
            entity.Property(tenant => tenant.RequireSecondFactor).HasDefaultValueSql("false").ValueGeneratedNever();
            entity.Property(tenant => tenant.SecondFactorRoles).HasDefaultValueSql("'{}'::text[]").ValueGeneratedNever();
            entity.Property(tenant => tenant.TimeZone).HasMaxLength(TimeZoneMaxLength)
                .HasDefaultValueSql("'UTC'::character varying").ValueGeneratedNever();
            entity.Property(tenant => tenant.Language).HasMaxLength(LanguageMaxLength)
                .HasDefaultValueSql("'en'::character varying").ValueGeneratedNever();
            entity.Property(tenant => tenant.SuspendedReason).HasMaxLength(SuspendedReasonMaxLength);
            entity.Property(tenant => tenant.MaxEventsAMonth).HasColumnName("max_events_a_month");
            entity.Property(tenant => tenant.Version).HasColumnName("xmin").HasColumnType("xid").IsRowVersion();
            entity.HasIndex(tenant => tenant.Slug).IsUnique();
        }
    }
}
