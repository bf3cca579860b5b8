using System.Globalization;

namespace ProductionReady.AppHost.Embedded;

/// <summary>
/// Finds PostgreSQL's programs on this machine. Compiled into the AppHost, which runs the server, and into the Worker,
/// which runs <c>pg_dump</c> and its siblings.
/// </summary>
internal static class PostgresBinaries
{
    /// <summary>Environment variable with the one folder to look in.</summary>
    public const string FolderVariable = "PG_BIN";

    /// <summary>The oldest version that is good enough.</summary>
    public const int OldestMajor = 15;

    // Debian: /usr/lib/postgresql/17/bin. Homebrew: /opt/homebrew/opt/postgresql@17/bin (Intel: /usr/local/opt).
    private static readonly (string Parent, string Prefix)[] Places =
    [
        ("/usr/lib/postgresql", ""), ("/opt/homebrew/opt", "postgresql@"), ("/usr/local/opt", "postgresql@"), ("/home/linuxbrew/.linuxbrew/opt", "postgresql@"),
    ];

    /// <summary>
    /// Full path of a program, such as <c>pg_dump</c>: from <c>PG_BIN</c> when that is set; else from a folder on PATH that
    /// holds the server too; else from the newest version, at least 15, that Debian or Homebrew installed; else from PATH.
    /// A folder on PATH without the server comes last, because Debian's holds only wrappers that choose a version themselves.
    /// </summary>
    /// <exception cref="FileNotFoundException">There is none; one sentence says what to install.</exception>
    public static string Find(string program)
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder)
        {
            return In(folder, program) ?? throw new FileNotFoundException($"There is no {program} in {folder}, which {FolderVariable} names.");
        }

        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return onPath.Where(HasServer).Concat(Installed()).Concat(onPath).Select(place => In(place, program)).FirstOrDefault(path => path is not null)
            ?? throw new FileNotFoundException(
                $"{program} of PostgreSQL {OldestMajor} or later was not found: install it (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17), or name its folder in {FolderVariable}.");
    }

    private static bool HasServer(string folder) => In(folder, "postgres") is not null;

    private static IEnumerable<string> Installed() =>
        from place in Places
        where Directory.Exists(place.Parent)
        from folder in Directory.EnumerateDirectories(place.Parent, place.Prefix + "*")
        let version = Path.GetFileName(folder)[place.Prefix.Length..]
        where int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major >= OldestMajor
        orderby int.Parse(version, CultureInfo.InvariantCulture) descending
        select Path.Combine(folder, "bin");

    private static string? In(string folder, string program)
    {
        var path = Path.Combine(folder, program);
        return File.Exists(path) ? path : null;
    }
}
