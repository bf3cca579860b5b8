using System.Globalization;
using System.Text.Json;
using ProductionReady.Worker.Backups;

namespace ProductionReady.Worker.Commands;

/// <summary>What the backup commands print on standard output.</summary>
internal static class BackupReport
{
    private const string Row = "{0,-21}  {1,-16}  {2,12}  {3,12}  {4,-9}  {5,-9}  {6}";

    public static async Task WriteListAsync(IReadOnlyList<CatalogEntry> backups, TextWriter output)
    {
        await output.WriteLineAsync(Format("ID", "FINISHED (UTC)", "BYTES", "ROWS", "CHECKSUM", "RESTORE", "MIGRATION"));
        foreach (var backup in backups)
        {
            await output.WriteLineAsync(Format(
                backup.Manifest.Id,
                backup.Manifest.FinishedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                backup.Manifest.Size,
                backup.Manifest.Rows,
                backup.Problem is null ? Outcome(backup.Checksum) : "FAILED",
                Outcome(backup.Restore),
                (backup.Problem ?? backup.Manifest.MigrationId ?? "-") + (backup.Manifest.Own ? $"  of {backup.Manifest.Database}" : "")));
        }
    }

    public static async Task WriteJsonAsync(IReadOnlyList<CatalogEntry> backups, TextWriter output) =>
        await output.WriteLineAsync(JsonSerializer.Serialize(backups, BackupJson.Default.IReadOnlyListCatalogEntry));

    /// <returns>Whether the check passed.</returns>
    public static async Task<bool> WriteCheckAsync(BackupCheck check, BackupManifest manifest, TextWriter output)
    {
        var took = (check.FinishedAt - check.StartedAt).TotalSeconds;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{manifest.Id}: {(check.Kind == BackupCheckKind.Restore ? "test restore" : "checksum")} {(check.Passed ? "passed" : "FAILED")} in {took:F1} s ({manifest.Tables.Count} tables, {manifest.Rows} rows, {manifest.Size} bytes)"));
        foreach (var problem in check.Problems)
        {
            await output.WriteLineAsync($"  {problem}");
        }

        return check.Passed;
    }

    private static string Outcome(BackupCheck? check) => check switch
    {
        null => "-",
        { Passed: true } => "passed",
        _ => "FAILED",
    };

    private static string Format(params object[] columns) => string.Format(CultureInfo.InvariantCulture, Row, columns).TrimEnd();
}
