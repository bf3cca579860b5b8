using System.Diagnostics;

namespace ProductionReady.Bench.Processes;

/// <summary>A server that runs while something is measured; its output goes to a file, not through this program.</summary>
internal sealed class BackgroundProcess(string name, Process process, string log, Signal stopWith) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(35);
    private bool _stopped;

    internal string Name => name;

    internal int Id => process.Id;

    /// <summary>The file that holds what it wrote.</summary>
    internal string Log => log;

    internal static BackgroundProcess Start(
        string name,
        string program,
        IEnumerable<string> arguments,
        string log,
        IReadOnlyDictionary<string, string>? environment = null,
        Signal stopWith = Signal.Terminate,
        string? asUser = null,
        string? workingDirectory = null)
    {
        // bash, not sh: dash drops variables whose names hold a hyphen, as ConnectionStrings__appdb-api does.
        var start = new ProcessStartInfo("bash") { WorkingDirectory = workingDirectory ?? Path.GetDirectoryName(log)! };
        foreach (var argument in (string[])["-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "bash", log, program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        return new BackgroundProcess(name, Launcher.Start(start, asUser), log, stopWith);
    }

    /// <summary>Repeats a question until the answer is yes.</summary>
    /// <exception cref="BenchException">The process ended meanwhile, or the time is over.</exception>
    internal async Task WaitUntilAsync(Func<Task<bool>> ready, TimeSpan atMost, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (!await ready())
        {
            if (process.HasExited || clock.Elapsed > atMost)
            {
                var how = process.HasExited ? $"ended with {process.ExitCode}" : $"was not ready after {atMost.TotalSeconds:0} s";
                throw new BenchException($"{name} {how}. Its last lines:\n{LastLines()}");
            }

            await Task.Delay(5, cancellation);
        }
    }

    /// <summary>Asks it to stop and waits; does nothing the second time.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        if (!process.HasExited)
        {
            Signals.Send(process.Id, stopWith);
            using var limit = new CancellationTokenSource(Patience);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Console.Error.WriteLine($"{name} did not stop within {Patience.TotalSeconds:0} s and was killed.");
                Signals.Send(process.Id, Signal.Kill);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }

        process.Dispose();
    }

    private string LastLines() =>
        File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(25)) : "(nothing)";
}
