using System.Globalization;
using System.Text.RegularExpressions;
using ProductionReady.AppHost.Embedded;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups;

/// <summary>One of PostgreSQL's own programs on this machine.</summary>
/// <param name="Version">As it says it, such as <c>15.8</c>.</param>
public sealed partial record PostgresProgram(string Name, string Path, string Version)
{
    /// <summary>Major version.</summary>
    public int Major => MajorOf(Version);

    /// <summary>The first number of a version such as <c>15.8</c> or <c>18beta1</c>.</summary>
    public static int MajorOf(string version) => int.Parse(LeadingNumber().Match(version).Value, CultureInfo.InvariantCulture);

    /// <summary>Finds the program and asks it for its version.</summary>
    /// <exception cref="Exception">It is not installed: one sentence that names what to install.</exception>
    public static async Task<PostgresProgram> FindAsync(string name, CancellationToken cancellationToken)
    {
        var path = PostgresBinaries.Find(name);
        await using var child = await ChildProcess.StartAsync(new ChildProgram(path, "--version"));
        using var reader = new StreamReader(child.Output);
        var said = await reader.ReadToEndAsync(cancellationToken);
        await child.WaitForSuccessAsync(cancellationToken);
        var version = SaidVersion().Match(said);
        return version.Success
            ? new PostgresProgram(name, path, version.Groups[1].Value)
            : throw new BackupProblemException($"{path} does not say which version of PostgreSQL it is.");
    }

    /// <summary>Refuses a program that is older than the server it shall work with.</summary>
    /// <exception cref="BackupProblemException">It is older.</exception>
    public void RequireMajor(int server, string what)
    {
        if (Major < server)
        {
            throw new BackupProblemException(
                $"{Name} {Version} ({Path}) is older than {what} {server}: install PostgreSQL {server} or newer here, or name its folder in PG_BIN.");
        }
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d\S*)")]
    private static partial Regex SaidVersion();

    [GeneratedRegex(@"^\d+")]
    private static partial Regex LeadingNumber();
}
