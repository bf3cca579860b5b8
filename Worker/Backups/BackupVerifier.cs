namespace ProductionReady.Worker.Backups;

/// <summary>Reads a dump back and compares it with its manifest's size and checksum.</summary>
public sealed class BackupVerifier(BackupFolder folder, BackupCatalog catalog, TimeProvider clock)
{
    /// <summary>Verifies and records the outcome beside the manifest.</summary>
    public async Task<BackupCheck> VerifyAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        var startedAt = clock.GetUtcNow();
        var problem = folder.DumpProblem(manifest) ?? await CompareAsync(manifest, cancellationToken);
        var check = new BackupCheck(manifest.Id, BackupCheckKind.Checksum, startedAt, clock.GetUtcNow(), problem is null ? [] : [problem]);
        catalog.Record(check);
        return check;
    }

    private async Task<string?> CompareAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        await using var dump = File.OpenRead(folder.DumpPath(manifest.Id));
        var found = await HashedCopy.RunAsync(dump, Stream.Null, cancellationToken);
        return found.Sha256 == manifest.Sha256
            ? null
            : $"{manifest.File} is damaged: its SHA-256 is {found.Sha256}, the manifest says {manifest.Sha256}.";
    }
}
