using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting.Run;

/// <summary>Finds the command below its supervisor.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static int? NumberOf(Process supervisor)
    {
        var children = $"/proc/{supervisor.Id}/task/{supervisor.Id}/children";
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Patience && !supervisor.HasExited; Thread.Yield())
        {
            if (TryRead(children) is { Length: > 0 } numbers)
            {
                return int.Parse(numbers.Split(' ')[0], CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    private static string? TryRead(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (IOException)
        {
            // The supervisor has ended.
            return null;
        }
    }
}
