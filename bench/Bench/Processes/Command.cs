using System.Diagnostics;

namespace ProductionReady.Bench.Processes;

/// <summary>A program that runs to its end.</summary>
internal static class Command
{
    /// <summary>Runs it and returns what it wrote to standard output.</summary>
    /// <exception cref="BenchException">It ended with another code than 0; the message holds what it said.</exception>
    internal static async Task<string> RunAsync(
        string program,
        IEnumerable<string> arguments,
        CancellationToken cancellation,
        IReadOnlyDictionary<string, string>? environment = null,
        string? asUser = null)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        using var process = Launcher.Start(start, asUser);
        using var stop = cancellation.Register(() => Signals.Send(process.Id, Signal.Terminate));
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? await output
            : throw new BenchException($"{program} ended with {process.ExitCode}:\n{await output}{await errors}");
    }
}
