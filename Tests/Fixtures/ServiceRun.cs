using System.Diagnostics;

namespace ProductionReady.Tests.Fixtures;

/// <summary>One run of an executable of the solution, as an operator would start it.</summary>
/// <param name="ExitCode">Of the process.</param>
/// <param name="Output">Standard output and standard error, as they came.</param>
public sealed record ServiceRun(int ExitCode, string Output)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    /// <summary>Runs the service named after its project folder to its end.</summary>
    /// <param name="project">As in <c>MigrationService</c>.</param>
    /// <param name="environment">Configuration, keys with two underscores for a colon.</param>
    /// <param name="arguments">The command line.</param>
    /// <exception cref="TimeoutException">It took longer than two minutes and was killed; the message is what it said.</exception>
    public static async Task<ServiceRun> OfAsync(
        string project, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(project, environment, arguments);
        using var timeout = new CancellationTokenSource(Timeout);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{project} did not end within {Timeout}. It said:\n{await output}{await errors}");
        }

        return new ServiceRun(process.ExitCode, await output + await errors);
    }

    /// <summary>Starts the service; whoever starts it ends it.</summary>
    public static Process Start(string project, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, $"ProductionReady.{project}.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{project} did not start.");
    }
}
