using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using NpgsqlTypes;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>A commit in the log.</summary>
/// <param name="Lsn">Where its record begins.</param>
/// <param name="Xid">The transaction; the lower 32 bits, as the log has it.</param>
/// <param name="At">By the server's clock.</param>
internal sealed record LogCommit(NpgsqlLogSequenceNumber Lsn, uint Xid, DateTimeOffset At);

/// <summary>Reads commits from the log without replaying it (<c>pg_waldump</c>).</summary>
internal static partial class LogCommits
{
    /// <summary>Those whose records begin between two positions of one timeline, in the order of the log; null when a segment is missing.</summary>
    /// <param name="shelf">Where the log is.</param>
    /// <param name="way">Which of it.</param>
    /// <param name="scratch">A folder for a copy of it.</param>
    /// <param name="from">Inclusive.</param>
    /// <param name="until">Exclusive.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<LogCommit>?> BetweenAsync(
        LogShelf shelf, LogWay way, string scratch, NpgsqlLogSequenceNumber from, NpgsqlLogSequenceNumber until, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(scratch, "commits")).FullName;
        try
        {
            var segmentSize = (ulong)way.First.SegmentSize;
            for (var number = (ulong)from / segmentSize; number <= (ulong)until / segmentSize; number++)
            {
                if (way.Of(number) is not { } segment || !await shelf.TryCopyAsync(segment.FileName, Path.Combine(folder, segment.FileName), cancellationToken))
                {
                    return null;
                }
            }

            var timeline = way.Of((ulong)from / segmentSize)!.Value.Timeline;
            string[] range = [$"--path={folder}", string.Create(CultureInfo.InvariantCulture, $"--timeline={timeline}"), $"--start={from}", $"--end={until}"];
            return await ReadAsync(range, cancellationToken).Where(commit => commit.Lsn >= from && commit.Lsn < until).ToListAsync(cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Those of one segment, or of what there is of it.</summary>
    public static IAsyncEnumerable<LogCommit> InAsync(string segment, CancellationToken cancellationToken) => ReadAsync([segment], cancellationToken);

    private static async IAsyncEnumerable<LogCommit> ReadAsync(string[] arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var program = await PostgresProgram.FindAsync("pg_waldump", cancellationToken);
        await using var child = await ChildProcess.StartAsync(new ChildProgram(program.Path, ["--rmgr=Transaction", .. arguments])
        {
            Environment = new Dictionary<string, string> { ["TZ"] = "UTC", ["LC_ALL"] = "C" },
        });
        using var reader = new StreamReader(child.Output);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Commit().Match(line) is { Success: true } match)
            {
                yield return new LogCommit(
                    NpgsqlLogSequenceNumber.Parse(match.Groups[2].Value), uint.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture),
                    DateTimeOffset.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
            }
        }

        // It ends with an error where the log does.
        await child.WaitAsync(cancellationToken);
    }

    [GeneratedRegex(@"tx:\s*(\d+), lsn: ([0-9A-F]+/[0-9A-F]+),.* desc: COMMIT (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+) UTC")]
    private static partial Regex Commit();
}
