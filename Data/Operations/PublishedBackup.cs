using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ProductionReady.Data.Operations;

/// <summary>A backup in the store, as the Worker tells the Api of it. The store is the truth; this follows it.</summary>
public sealed class PublishedBackup
{
    /// <summary>In which form it is: <c>base</c>, <c>dump</c> or <c>configuration</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its id in the store, such as <c>20260131T021500Z-5f1c</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Its place in lists: a UUIDv7 of when it was begun.</summary>
    public required Guid Place { get; init; }

    /// <summary>When it was begun, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was done, UTC.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>Bytes of its objects as stored.</summary>
    public required long Bytes { get; init; }

    /// <summary>Version of the server that it is of.</summary>
    public required string ServerVersion { get; init; }

    /// <summary>When its objects were last read and compared, UTC.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>Whether they were as they should be.</summary>
    public bool? Verified { get; init; }

    /// <summary>When it was last restored to try it, UTC.</summary>
    public DateTimeOffset? RestoredAt { get; init; }

    /// <summary>Whether that went well.</summary>
    public bool? Restored { get; init; }

    /// <summary>What is wrong with it: one sentence.</summary>
    public string? Problem { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<PublishedBackup>
    {
        public void Configure(EntityTypeBuilder<PublishedBackup> entity)
        {
            entity.ToTable("published_backups");
            entity.HasKey(backup => new { backup.Kind, backup.Id });
            entity.HasIndex(backup => backup.Place).IsUnique();
        }
    }
}
