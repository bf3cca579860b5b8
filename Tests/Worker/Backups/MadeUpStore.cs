using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Tests.Worker.Backups;

/// <summary>Objects of every kind in a store, without a server: nobody can open them, and for verification and retention nobody has to.</summary>
/// <param name="folder">The store.</param>
public sealed class MadeUpStore(string folder)
{
    /// <summary>System identifier of the cluster they are of.</summary>
    public const string SystemId = "7300000000000000001";

    /// <summary>Its files.</summary>
    public StoreFiles Files { get; } = new(folder);

    /// <summary>Adds a base backup.</summary>
    /// <param name="startedAt">Its id comes from it.</param>
    /// <param name="start">Number of the segment in which it begins.</param>
    /// <param name="stop">Number of the segment in which it is consistent.</param>
    /// <param name="timeline">From 1.</param>
    /// <returns>Its id.</returns>
    public string AddBase(DateTimeOffset startedAt, ulong start, ulong stop, uint timeline = 1) => Add(
        StoredBackupKind.Base, startedAt, "base.tar",
        new WalSpan(timeline, $"{new WalSegment(timeline, start).Start + 0x28}", $"{new WalSegment(timeline, stop).Start + 0x138}", WalSegment.UsualSize));

    /// <summary>Adds another backup.</summary>
    public string Add(StoredBackupKind kind, DateTimeOffset startedAt) =>
        Add(kind, startedAt, kind == StoredBackupKind.Dump ? "appdb.dump" : "configuration.json", wal: null);

    /// <summary>Adds segments of the log.</summary>
    public void AddLog(ulong from, ulong to, uint timeline = 1)
    {
        for (var number = from; number <= to; number++)
        {
            AddLog(new WalObject(SystemId, WalObjectKind.Segment, new WalSegment(timeline, number).FileName));
        }
    }

    /// <summary>Adds one object of the log.</summary>
    public string AddLog(WalObject log) => Files.Add(log.Path, ObjectName.CompressedAndSealed, RandomNumberGenerator.GetBytes(300));

    /// <summary>The name of a segment's file.</summary>
    public static string Segment(ulong number, uint timeline = 1) => new WalSegment(timeline, number).FileName;

    private string Add(StoredBackupKind kind, DateTimeOffset startedAt, string file, WalSpan? wal)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{startedAt.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-00aa");
        var folderOfBackup = $"{StoredBackup.PrefixOf(kind)}{id}/";
        var part = Files.Add($"{folderOfBackup}{file}", ObjectName.Sealed, RandomNumberGenerator.GetBytes(1000));
        var backup = new StoredBackup(
            id, kind, startedAt, startedAt.AddMinutes(1), SystemId, "15.8", "15.8", [new StoredPart(Files.KeyOf(part), 1000, kind == StoredBackupKind.Dump ? "appdb" : null)], wal, [], [], []);
        Files.Add($"{folderOfBackup}backup", ObjectName.Plain, JsonSerializer.SerializeToUtf8Bytes(backup, JsonSerializerOptions.Web));
        return id;
    }
}
