namespace ProductionReady.Worker.Backups;

/// <summary>What a backup holds, written beside the dump once the dump is complete: without it there is no backup.</summary>
/// <param name="Id">Time of the start (UTC) and a random end, such as <c>20260131T021500Z-5f1c</c>: sorts by age.</param>
/// <param name="File">Name of the dump in the same folder.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of the dump, lower-case hex.</param>
/// <param name="ServerVersion">As the server says it, such as <c>15.8</c>.</param>
/// <param name="MigrationId">The newest migration applied; null when the database has no migration history.</param>
/// <param name="Roles">Roles that owners, grants and policies in the dump may name; without passwords.</param>
/// <param name="Tables">The ledger: what was in each table in the very snapshot that was dumped.</param>
/// <param name="Own">Whether it is of a database in which a single tenant lives, and not of the shared one.</param>
public sealed record BackupManifest(
    string Id,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    string Database,
    string ServerVersion,
    string PgDumpVersion,
    string File,
    long Size,
    string Sha256,
    string? MigrationId,
    IReadOnlyList<string> Roles,
    IReadOnlyList<LedgerEntry> Tables,
    bool Own = false)
{
    /// <summary>Rows of all tables.</summary>
    public long Rows => Tables.Sum(table => table.Rows);
}

/// <summary>One table at the time of a backup.</summary>
/// <param name="Table">Schema and name, quoted where SQL needs it.</param>
/// <param name="ForcedRowSecurity">Row-level security was enabled and forced.</param>
public sealed record LedgerEntry(string Table, long Rows, bool ForcedRowSecurity);
