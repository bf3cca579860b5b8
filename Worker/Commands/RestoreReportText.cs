using System.Globalization;
using ProductionReady.Worker.Backups.Checks;
using ProductionReady.Worker.Backups.Restore;

namespace ProductionReady.Worker.Commands;

/// <summary>Prints what a restore came to.</summary>
internal static class RestoreReportText
{
    public static async Task WriteAsync(RestoreReport report, TextWriter output)
    {
        await output.WriteLineAsync($"Restored to {report.Target} in {report.Location}");
        await output.WriteLineAsync($"  base backup  {report.BaseId}");
        await output.WriteLineAsync($"  reached      {report.Point.Lsn} on timeline {report.Point.Timeline}, last commit {(report.Point.LastCommit is { } commit ? new RecoveryTarget.Time(commit) : "not in the log")}");
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  took         {report.Took.TotalSeconds:F1} s"));
        foreach (var database in report.Databases.Where(database => database.Tables.Count > 0))
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"  {database.Database}: {database.Tables.Sum(table => table.Rows)} rows in {database.Tables.Count} tables, newest migration {database.MigrationId ?? "none"}"));
            foreach (var table in database.Tables)
            {
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"    {table.Rows,12}  {table.Table}"));
            }
        }

        await WriteChecksAsync(report.All, output);
    }

    public static async Task WriteChecksAsync(IReadOnlyList<CheckOutcome> checks, TextWriter output)
    {
        await output.WriteLineAsync(checks.Count == 0 ? "  checks: skipped" : "  checks:");
        foreach (var check in checks)
        {
            await output.WriteLineAsync($"    {(check.Passed ? "passed" : "FAILED")}  {check.Check}");
            foreach (var problem in check.Problems)
            {
                await output.WriteLineAsync($"            {problem}");
            }
        }
    }
}
