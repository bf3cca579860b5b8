using System.Runtime.Versioning;

namespace Aspire.Hosting.Run;

/// <summary>What is run, where, and with which environment.</summary>
internal sealed record LaunchSpecification(
    string Command,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The same with the full path of the command.</summary>
    /// <exception cref="DistributedApplicationException">There is no such command or folder.</exception>
    [SupportedOSPlatform("linux")]
    public LaunchSpecification Resolved()
    {
        if (!Directory.Exists(WorkingDirectory))
        {
            throw new DistributedApplicationException($"The folder '{WorkingDirectory}' to run '{Command}' in does not exist.");
        }

        return this with { Command = Find() };
    }

    [SupportedOSPlatform("linux")]
    private string Find()
    {
        if (Command.Contains('/', StringComparison.Ordinal))
        {
            var path = Path.GetFullPath(Command, WorkingDirectory);
            return IsExecutable(path) ? path : throw new DistributedApplicationException($"There is no program '{path}'.");
        }

        var folders = Environment.GetValueOrDefault("PATH")?.Split(':', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return folders.Select(folder => Path.Combine(folder, Command)).FirstOrDefault(IsExecutable)
            ?? throw new DistributedApplicationException($"There is no program '{Command}' in PATH.");
    }

    [SupportedOSPlatform("linux")]
    private static bool IsExecutable(string path) =>
        File.Exists(path)
        && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
