using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Identity;

/// <summary>An identity provider (OpenID Connect Core 1.0) that a tenant lets vouch for its users.</summary>
public sealed class OidcProvider : ITenantOwned
{
    /// <summary>Longest name, in characters.</summary>
    public const int NameMaxLength = 63;

    /// <summary>Longest display name, in characters.</summary>
    public const int DisplayNameMaxLength = 100;

    /// <summary>Longest address, of the issuer or to come back to, in characters.</summary>
    public const int UriMaxLength = 500;

    /// <summary>Longest client id, in characters.</summary>
    public const int ClientIdMaxLength = 255;

    /// <summary>Longest path of a claim, in characters.</summary>
    public const int RoleClaimMaxLength = 200;

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>Unique in the tenant: 2 to 63 lower-case letters, digits and inner hyphens.</summary>
    public required string Name { get; set; }

    /// <summary>Name for people, on the button of a sign-in page.</summary>
    public required string DisplayName { get; set; }

    /// <summary>
    /// The issuer's identifier, exactly as its discovery document and its tokens spell it. Never changed: the subjects of
    /// <see cref="UserIdentity"/> are this issuer's, and the client secret is for its eyes.
    /// </summary>
    public required string Issuer { get; init; }

    /// <summary>What the provider knows us as.</summary>
    public required string ClientId { get; set; }

    /// <summary>The client secret, encrypted; <see langword="null"/> for a public client, which has PKCE alone.</summary>
    public byte[]? WrappedClientSecret { get; set; }

    /// <summary>What is asked for; <c>openid</c> is among them.</summary>
    public required string[] Scopes { get; set; }

    /// <summary>Where the browser may come back to.</summary>
    public required string[] RedirectUris { get; set; }

    /// <summary>Where the ID token names the user's groups: a claim, or a path such as <c>realm_access.roles</c>.</summary>
    public string? RoleClaim { get; set; }

    /// <summary>Value of that claim to names of roles; empty when roles are not mapped.</summary>
    public required IReadOnlyDictionary<string, string[]> RoleMap { get; set; }

    /// <summary>Roles of those whom the map gives none.</summary>
    public required string[] DefaultRoles { get; set; }

    /// <summary>Which unknown users are created when they sign in.</summary>
    public required OidcProvisioning Provisioning { get; set; }

    /// <summary>Whether a user who is there already is recognised by an e-mail address that the provider verified.</summary>
    public required bool LinkByEmail { get; set; }

    /// <summary>Whether it may be used to sign in.</summary>
    public required bool Enabled { get; set; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Changes with every change of the row (PostgreSQL's <c>xmin</c>): the concurrency token behind the ETag.</summary>
    public uint Version { get; private set; }

    internal sealed class Configuration : IEntityTypeConfiguration<OidcProvider>
    {
        public void Configure(EntityTypeBuilder<OidcProvider> entity)
        {
            entity.ToTable("oidc_providers", table =>
            {
                table.HasCheckConstraint("ck_oidc_providers_name", "name ~ '^[a-z0-9][a-z0-9-]*[a-z0-9]$'");
                table.HasCheckConstraint("ck_oidc_providers_redirect_uris", "cardinality(redirect_uris) > 0");
                table.HasTextCheck("oidc_providers", "provisioning", StoredText.All<OidcProvisioning>());
            });
            entity.HasKey(provider => new { provider.TenantId, provider.Id });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(provider => provider.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.Property(provider => provider.Name).HasMaxLength(NameMaxLength);
            entity.Property(provider => provider.DisplayName).HasMaxLength(DisplayNameMaxLength);
            entity.Property(provider => provider.Issuer).HasMaxLength(UriMaxLength);
            entity.Property(provider => provider.ClientId).HasMaxLength(ClientIdMaxLength);
            entity.Property(provider => provider.RoleClaim).HasMaxLength(RoleClaimMaxLength);
            entity.Property(provider => provider.RoleMap).HasColumnType("jsonb").HasConversion(RoleMapJson.Converter, RoleMapJson.Comparer);
            entity.Property(provider => provider.Version).HasColumnName("xmin").HasColumnType("xid").IsRowVersion();
            entity.HasIndex(provider => new { provider.TenantId, provider.Name }).IsUnique();
        }
    }
}
