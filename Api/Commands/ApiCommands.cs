using System.CommandLine;

namespace ProductionReady.Api.Commands;

/// <summary>What an operator does with the Api's own secrets: commands that run where the Api runs, with its configuration, and end.</summary>
public static class ApiCommands
{
    /// <summary>Exit code: done.</summary>
    public const int Done = 0;

    /// <summary>Exit code: tried and failed; standard error says why, and whether anything was changed.</summary>
    public const int Failed = 1;

    /// <summary>Exit code: the command line or the configuration is wrong; nothing was tried.</summary>
    public const int Usage = 2;

    private const string About = """
        Commands of ProductionReady's Api; without one of them it serves HTTP.

        Configuration: as the service has it, at least ConnectionStrings:appdb-api and Identity:KeyEncryptionKey.

        Exit codes: 0 done; 1 failed, and standard error says whether anything was changed; 2 wrong command line or configuration.
        """;

    /// <summary>Whether the arguments ask for a command; else they are the service's configuration.</summary>
    public static bool Are(string[] arguments) => arguments is [{ } first, ..] && Root(TextWriter.Null).Subcommands.Any(command => command.Name == first);

    /// <summary>Runs one.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where complaints go.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        var parsed = Root(output).Parse(arguments);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return parsed.Errors.Count > 0 ? Usage : code;
    }

    private static RootCommand Root(TextWriter output) => new(About) { KeyCommands.Create(output) };
}
