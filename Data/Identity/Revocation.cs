using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ProductionReady.Data.Identity;

/// <summary>
/// Says to every instance of the Api that access tokens which have not expired are refused all the same. Written in the
/// transaction of the change that causes it. Holds ids alone, so it belongs to no tenant.
/// </summary>
public sealed class Revocation
{
    /// <summary>The bound that refuses every token of the subject.</summary>
    public const long All = long.MaxValue;

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The session, the user or the API key whose tokens are meant.</summary>
    public required Guid Subject { get; init; }

    /// <summary>
    /// <see cref="All"/>, or, for a user, the <see cref="User.AccessVersion"/> that tokens must have at least.
    /// </summary>
    public long BelowVersion { get; init; } = All;

    /// <summary>When no token that is meant can be alive any more, UTC; the row may go then.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>The transaction that wrote it: readers ask for what became visible since they last looked.</summary>
    public ulong Inserted { get; private set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Revocation>
    {
        public void Configure(EntityTypeBuilder<Revocation> entity)
        {
            entity.ToTable("revocations");
            entity.Property(revocation => revocation.Inserted).HasColumnType("xid8").HasDefaultValueSql("pg_current_xact_id()");
            entity.HasIndex(revocation => revocation.Inserted);
            entity.HasIndex(revocation => revocation.Until);
        }
    }
}
