using System.Text.RegularExpressions;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Catalog;

/// <summary>Names of the documents that make a backup count and of those that say how it was tried.</summary>
public static partial class BackupDocument
{
    /// <summary>Prefix of the keys of all outcomes.</summary>
    public const string ChecksPrefix = "check/";

    /// <summary>Prefix of the keys of a backup's objects.</summary>
    public static string PrefixOf(StoredBackup backup) => $"{StoredBackup.PrefixOf(backup.Kind)}{backup.Id}/";

    /// <summary>First part of the key of a backup's document.</summary>
    public static string PathOf(StoredBackup backup) => PathOf(backup.Kind, backup.Id);

    /// <summary>First part of the key of the document that a backup has, or would have.</summary>
    public static string PathOf(StoredBackupKind kind, string id) => $"{StoredBackup.PrefixOf(kind)}{id}/backup";

    /// <summary>Prefix of the keys of what was recorded of a backup.</summary>
    public static string CheckPrefixOf(string id) => $"{ChecksPrefix}{id}/";

    /// <summary>First part of the key of an outcome.</summary>
    public static string CheckPathOf(BackupCheck check) => $"{CheckPrefixOf(check.BackupId)}{(check.Kind == BackupCheckKind.Restore ? "restore" : "checksum")}";

    /// <summary>The id in the name of a backup's document; null when it is none.</summary>
    public static string? IdOf(ObjectName name) =>
        name.Suffix == ObjectName.Plain && Form().Match(name.Path) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Refuses a document that stands in the place of another.</summary>
    /// <exception cref="BackupProblemException">It is of another backup, or names objects of another.</exception>
    public static void RequireOf(StoredBackup backup, ObjectName name)
    {
        if (PathOf(backup) != name.Path)
        {
            throw new BackupProblemException($"{name} belongs to another backup, {backup.Id}.");
        }

        if (backup.Objects.FirstOrDefault(part => !part.Key.StartsWith(PrefixOf(backup), StringComparison.Ordinal) || ObjectName.TryParse(part.Key) is null) is { } foreign)
        {
            throw new BackupProblemException($"{name} names an object that is not of this backup, {foreign.Key}.");
        }
    }

    [GeneratedRegex(@"^(?:base|dump|configuration)/(\d{8}T\d{6}Z-[0-9a-f]{4})/backup$")]
    private static partial Regex Form();
}
