using System.Globalization;
using ProductionReady.Worker.Backups.Retention;

namespace ProductionReady.Worker.Commands;

/// <summary>What <c>backup prune --dry-run</c> prints.</summary>
internal static class PruneReport
{
    public static async Task WriteAsync(RetentionPlan plan, TextWriter output)
    {
        foreach (var (backup, reasons) in plan.Kept)
        {
            await output.WriteLineAsync($"stays  {Kind(backup.Backup.Kind)}  {backup.Backup.Id}  {string.Join(", ", reasons)}");
        }

        foreach (var backup in plan.Backups)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"goes   {Kind(backup.Backup.Kind)}  {backup.Backup.Id}  {backup.Backup.Size} bytes, no rule keeps it"));
        }

        foreach (var (stored, reason) in plan.Log)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"goes   {stored.Name.Path}  {stored.Size} bytes, {reason}"));
        }

        foreach (var problem in plan.Uncertain)
        {
            await output.WriteLineAsync($"no log goes before this is mended: {problem}");
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"Would delete {plan.Backups.Count} backups and {plan.Log.Count} objects of the write-ahead log, {plan.Backups.Sum(backup => backup.Backup.Size) + plan.Log.Sum(each => each.Stored.Size)} bytes; nothing was done."));
    }

    private static string Kind(Enum kind) => kind.ToString().ToLowerInvariant().PadRight(13);
}
