using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Base;

/// <summary>How the objects of base backups are named: <c>base/ID/base.tar</c> and, last to appear, <c>base/ID/backup</c>.</summary>
public static class BaseBackupName
{
    /// <summary>Prefix of the keys of all of them.</summary>
    public static string Prefix { get; } = StoredBackup.PrefixOf(StoredBackupKind.Base);

    /// <summary>What the files that a backup in the making leaves in a staging folder begin with.</summary>
    public const string Staging = "base-";

    /// <summary>The files of the cluster: a tar, compressed with zstd, sealed with age.</summary>
    public static ObjectName Tar(string id, ContentDigest digest) => new($"{Prefix}{id}/base.tar", digest.Sha256, ObjectName.CompressedAndSealed);

    /// <summary>The document that makes it a backup.</summary>
    public static ObjectName Document(string id, ContentDigest digest) => new($"{Prefix}{id}/backup", digest.Sha256, ObjectName.Plain);

    /// <summary>Whether an object is such a document.</summary>
    public static bool IsDocument(ObjectName name) =>
        name.Suffix == ObjectName.Plain && name.Path.StartsWith(Prefix, StringComparison.Ordinal) && name.Path.EndsWith("/backup", StringComparison.Ordinal);

    /// <summary>The id that an object below <see cref="Prefix"/> belongs to.</summary>
    public static string IdOf(ObjectName name) => name.Path.Split('/')[1];
}
