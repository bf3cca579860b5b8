namespace ProductionReady.Worker.Backups;

/// <summary>A backup as the folder shows it.</summary>
/// <param name="Checksum">Outcome of the last <c>backup verify</c>, if any.</param>
/// <param name="Restore">Outcome of the last <c>backup test-restore</c>, if any.</param>
/// <param name="Problem">Seen without reading the dump: it is missing, or its size is not the manifest's.</param>
public sealed record CatalogEntry(BackupManifest Manifest, BackupCheck? Checksum, BackupCheck? Restore, string? Problem)
{
    /// <summary>Proven by a restore, or at least by its checksum, and not disproved by either since.</summary>
    public bool Verified =>
        Problem is null && Checksum is not { Passed: false } && Restore is not { Passed: false } && (Checksum ?? Restore) is not null;
}
