using System.Text.Json.Serialization;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Catalog;

/// <summary>A backup as its store shows it.</summary>
/// <param name="Backup">What its document says.</param>
/// <param name="Document">The document.</param>
/// <param name="Checksum">Outcome of the last <c>backup verify</c>, if any.</param>
/// <param name="Restore">Outcome of the last restore that tried it, if any.</param>
/// <param name="Problem">Seen from the names alone: an object is missing, or its size is not the document's.</param>
public sealed record CatalogedBackup(
    StoredBackup Backup, [property: JsonIgnore] ObjectName Document, BackupCheck? Checksum, BackupCheck? Restore, string? Problem)
{
    /// <summary>Proven by a restore, or at least by its checksum, and not disproved by either since.</summary>
    public bool Verified => IsSound && (Checksum ?? Restore) is not null;

    /// <summary>Nothing is known against it.</summary>
    [JsonIgnore]
    public bool IsSound => Problem is null && Checksum is not { Passed: false } && Restore is not { Passed: false };
}
