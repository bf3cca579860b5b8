using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting.Run;

/// <summary>Finds the command below its supervisor: it is the child that carries the mark.</summary>
internal static class CommandNumber
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <returns>Null when the command ends before it is seen.</returns>
    public static async Task<int?> FindAsync(Process supervisor, string mark)
    {
        var children = $"/proc/{supervisor.Id}/task/{supervisor.Id}/children";
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Patience && !supervisor.HasExited; await Task.Delay(Pause))
        {
            var numbers = Read(children).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (numbers.FirstOrDefault(n => Read($"/proc/{n}/environ").Split('\0').Contains(mark)) is { } number)
            {
                return int.Parse(number, CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process has ended, or has become another user's.
            return string.Empty;
        }
    }
}
