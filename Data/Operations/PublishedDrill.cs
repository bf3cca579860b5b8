using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ProductionReady.Data.Operations;

/// <summary>A trial of the whole way back, as the Worker tells the Api of it.</summary>
public sealed class PublishedDrill
{
    /// <summary>Its id in the store.</summary>
    public required string Id { get; init; }

    /// <summary>Its place in lists: a UUIDv7 of when it was begun.</summary>
    public required Guid Place { get; init; }

    /// <summary>When it was begun, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>How it ended: <c>passed</c>, <c>failed</c>, or <c>not_possible</c> without a key to read backups with.</summary>
    public required string Outcome { get; init; }

    /// <summary>All that was found and measured: the drill's document in the store.</summary>
    public required string Document { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<PublishedDrill>
    {
        public void Configure(EntityTypeBuilder<PublishedDrill> entity)
        {
            entity.ToTable("published_drills");
            entity.Property(drill => drill.Document).HasColumnType("jsonb");
            entity.HasIndex(drill => drill.Place).IsUnique();
        }
    }
}
