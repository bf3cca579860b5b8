using System.Text.Json.Serialization;

namespace ProductionReady.Worker.Backups.Catalog;

/// <summary>In which form a backup is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StoredBackupKind>))]
public enum StoredBackupKind
{
    /// <summary>The files of the whole cluster, to which write-ahead log is added (<c>pg_basebackup</c>).</summary>
    [JsonStringEnumMemberName("base")]
    Base,

    /// <summary>Each database by itself, without any moment but its own (<c>pg_dump</c>).</summary>
    [JsonStringEnumMemberName("dump")]
    Dump,

    /// <summary>What a server is rebuilt with: configuration, roles, grants; no rows.</summary>
    [JsonStringEnumMemberName("configuration")]
    Configuration,
}

/// <summary>
/// What a backup is made of. Stored as <c>KIND/ID/backup.SHA256.json</c> after everything it names: without it there is no backup.
/// </summary>
/// <param name="Id">Time of the start (UTC) and a random end, such as <c>20260131T021500Z-5f1c</c>: sorts by age.</param>
/// <param name="SystemId">System identifier of the cluster, decimal.</param>
/// <param name="ServerVersion">As the server says it, such as <c>15.8</c>.</param>
/// <param name="ClientVersion">Of the program that made it.</param>
/// <param name="Objects">What it is made of, beside write-ahead log.</param>
/// <param name="Wal">Of a base backup: what must be replayed before it is consistent.</param>
/// <param name="Ledgers">What was in the databases.</param>
/// <param name="Roles">Roles that owners, grants and policies may name; without passwords.</param>
/// <param name="Recipients">Public keys that can open it.</param>
public sealed record StoredBackup(
    string Id,
    StoredBackupKind Kind,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    string SystemId,
    string ServerVersion,
    string ClientVersion,
    IReadOnlyList<StoredPart> Objects,
    WalSpan? Wal,
    IReadOnlyList<DatabaseLedger> Ledgers,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Recipients)
{
    /// <summary>Bytes of all its objects as stored.</summary>
    [JsonIgnore]
    public long Size => Objects.Sum(part => part.Size);

    /// <summary>Prefix of the keys of one kind's objects.</summary>
    public static string PrefixOf(StoredBackupKind kind) => kind switch
    {
        StoredBackupKind.Base => "base/",
        StoredBackupKind.Dump => "dump/",
        StoredBackupKind.Configuration => "configuration/",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}

/// <summary>One object of a backup.</summary>
/// <param name="Key">Its whole name in the store.</param>
/// <param name="Size">Bytes as stored.</param>
/// <param name="Database">Of a dump: the database; else null.</param>
public sealed record StoredPart(string Key, long Size, string? Database = null);

/// <summary>The write-ahead log that a base backup needs to be consistent: both ends inclusive.</summary>
/// <param name="Timeline">From 1.</param>
/// <param name="StartLsn">Such as <c>0/3000028</c>.</param>
/// <param name="StopLsn">Reached: consistent.</param>
/// <param name="SegmentSize">Bytes of a segment.</param>
public sealed record WalSpan(uint Timeline, string StartLsn, string StopLsn, int SegmentSize);

/// <summary>The rows of one database at a moment.</summary>
/// <param name="Database">Its name.</param>
/// <param name="Own">Whether it is of a single tenant.</param>
/// <param name="MigrationId">The newest migration applied; null without a migration history.</param>
/// <param name="Lsn">Of a base backup: where the log stood at that moment; null when none was free of writers (see <paramref name="Exact"/>).</param>
/// <param name="Exact">Whether nobody was writing at that moment, so that a recovery to <paramref name="Lsn"/> must have the very same rows.</param>
/// <param name="Tables">Rows by table.</param>
/// <param name="Window">Of a base backup, when somebody was writing: where in the log the rows are the same, told by the commits in it.</param>
public sealed record DatabaseLedger(
    string Database, bool Own, string? MigrationId, string? Lsn, bool Exact, IReadOnlyList<LedgerEntry> Tables, LedgerWindow? Window = null);
