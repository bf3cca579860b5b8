using System.Globalization;
using System.Text.Json;
using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Backups.Catalog;

namespace ProductionReady.Worker.Commands;

/// <summary>What the backup commands print on standard output.</summary>
internal static class BackupReport
{
    private const string Row = "{0,-21}  {1,-13}  {2,-16}  {3,12}  {4,12}  {5,-9}  {6,-9}  {7}";

    public static async Task WriteListAsync(IReadOnlyList<CatalogedBackup> backups, TextWriter output)
    {
        await output.WriteLineAsync(Format("ID", "KIND", "FINISHED (UTC)", "BYTES", "ROWS", "CHECKSUM", "RESTORE", "DATABASES"));
        foreach (var backup in backups)
        {
            await output.WriteLineAsync(Format(
                backup.Backup.Id,
                backup.Backup.Kind.ToString().ToLowerInvariant(),
                backup.Backup.FinishedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                backup.Backup.Size,
                Rows(backup.Backup),
                backup.Problem is null ? Outcome(backup.Checksum) : "FAILED",
                Outcome(backup.Restore),
                backup.Problem ?? string.Join(", ", backup.Backup.Ledgers.Select(ledger => ledger.Database))));
        }
    }

    public static async Task WriteJsonAsync(IReadOnlyList<CatalogedBackup> backups, TextWriter output) =>
        await output.WriteLineAsync(JsonSerializer.Serialize(backups, BackupJson.Default.IReadOnlyListCatalogedBackup));

    /// <returns>Whether the check passed.</returns>
    public static async Task<bool> WriteCheckAsync(BackupCheck check, StoredBackup backup, TextWriter output)
    {
        var took = (check.FinishedAt - check.StartedAt).TotalSeconds;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{backup.Id}: {(check.Kind == BackupCheckKind.Restore ? "test restore" : "checksum")} {(check.Passed ? "passed" : "FAILED")} in {took:F1} s ({backup.Objects.Count} objects, {Rows(backup)} rows, {backup.Size} bytes)"));
        foreach (var problem in check.Problems)
        {
            await output.WriteLineAsync($"  {problem}");
        }

        return check.Passed;
    }

    private static long Rows(StoredBackup backup) => backup.Ledgers.SelectMany(ledger => ledger.Tables).Sum(table => table.Rows);

    private static string Outcome(BackupCheck? check) => check switch
    {
        null => "-",
        { Passed: true } => "passed",
        _ => "FAILED",
    };

    private static string Format(params object[] columns) => string.Format(CultureInfo.InvariantCulture, Row, columns).TrimEnd();
}
