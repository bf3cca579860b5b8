namespace ProductionReady.Worker.Backups.Restore;

/// <summary>Reads from the end of the log, without replaying it, when the last transaction in it was committed.</summary>
internal static class LogEnd
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
            if (await shelf.TryCopyAsync(segment.FileName, path, cancellationToken)
                && await LogCommits.InAsync(path, cancellationToken).LastOrDefaultAsync(cancellationToken) is { } last)
            {
                return last.At;
            }
        }

        return null;
    }
}
