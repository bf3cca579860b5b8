using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Base;

/// <summary>How the object of a base backup is named, beside its document.</summary>
public static class BaseBackupName
{
    /// <summary>The files of the cluster: a tar, compressed with zstd, sealed with age.</summary>
    public static ObjectName Tar(string id, ContentDigest digest) =>
        new($"{StoredBackup.PrefixOf(StoredBackupKind.Base)}{id}/base.tar", digest.Sha256, ObjectName.CompressedAndSealed);
}
