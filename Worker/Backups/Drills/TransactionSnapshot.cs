using System.Globalization;

namespace ProductionReady.Worker.Backups.Drills;

/// <summary>Which transactions a snapshot shows, as <c>pg_current_snapshot()</c> writes it (PostgreSQL, "Transaction ID and Snapshot Information Functions").</summary>
/// <param name="End">The first that was not begun.</param>
/// <param name="InProgress">Those that were begun and had not ended.</param>
public sealed record TransactionSnapshot(ulong End, IReadOnlyList<ulong> InProgress)
{
    /// <summary>Reads one.</summary>
    /// <exception cref="BackupProblemException">It is none.</exception>
    public static TransactionSnapshot Parse(string text)
    {
        try
        {
            return text.Split(':') is [_, var end, var running]
                ? new TransactionSnapshot(
                    ulong.Parse(end, CultureInfo.InvariantCulture),
                    [.. running.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(xid => ulong.Parse(xid, CultureInfo.InvariantCulture))])
                : throw new FormatException();
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException)
        {
            throw new BackupProblemException($"The ledger names a snapshot that is none: '{text}'.", malformed);
        }
    }

    /// <summary>Whether it shows a transaction that was committed, of which the lower 32 bits are known: those in a log are all near its end.</summary>
    public bool Shows(uint xid) => unchecked((int)(xid - (uint)End)) < 0 && !InProgress.Any(running => (uint)running == xid);
}
