using System.Globalization;
using System.Text.RegularExpressions;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>Reads from the end of the log, without replaying it, when the last transaction in it was committed.</summary>
internal static partial class LogEnd
{
    private const ulong Segments = 3;

    /// <summary>By the server's clock; null when there is none in the last segments.</summary>
    public static async Task<DateTimeOffset?> LastCommitAsync(LogShelf shelf, LogWay way, string scratch, CancellationToken cancellationToken)
    {
        for (var number = way.Last; number + Segments > way.Last && number >= way.First.Number; number--)
        {
            if (way.Of(number) is not { } segment)
            {
                continue;
            }

            var path = Path.Combine(scratch, segment.FileName);
            if (await shelf.TryCopyAsync(segment.FileName, path, cancellationToken) && await LastCommitAsync(path, cancellationToken) is { } commit)
            {
                return commit;
            }
        }

        return null;
    }

    private static async Task<DateTimeOffset?> LastCommitAsync(string segment, CancellationToken cancellationToken)
    {
        var program = await PostgresProgram.FindAsync("pg_waldump", cancellationToken);
        await using var child = await ChildProcess.StartAsync(new ChildProgram(program.Path, "--rmgr=Transaction", segment)
        {
            Environment = new Dictionary<string, string> { ["TZ"] = "UTC", ["LC_ALL"] = "C" },
        });
        using var reader = new StreamReader(child.Output);
        DateTimeOffset? last = null;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Commit().Match(line) is { Success: true } match)
            {
                last = DateTimeOffset.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            }
        }

        // It ends with an error where the log does.
        await child.WaitAsync(cancellationToken);
        return last;
    }

    [GeneratedRegex(@"desc: COMMIT (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+) UTC")]
    private static partial Regex Commit();
}
