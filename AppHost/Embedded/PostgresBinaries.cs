namespace ProductionReady.AppHost.Embedded;

/// <summary>
/// Finds PostgreSQL's programs on this machine. Debian keeps the server's out of PATH, one folder a version. Compiled into
/// the AppHost, which runs the server, and into the Worker, which runs <c>pg_dump</c> and scratch servers.
/// </summary>
public static class PostgresBinaries
{
    /// <summary>Environment variable that names the folder to use instead of looking for one.</summary>
    public const string FolderVariable = "PG_BIN";

    private static readonly string[] VersionedFolders = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt"];

    /// <summary>Full path of a program such as <c>pg_dump</c>: in <c>PG_BIN</c> when that is set, else the newest version found, else on PATH.</summary>
    /// <exception cref="FileNotFoundException">It is not there; one sentence that says what to install.</exception>
    public static string Find(string program)
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
        {
            return Existing(named, program)
                ?? throw new FileNotFoundException($"{FolderVariable} is {named}, but there is no {program} in it.");
        }

        return VersionedFolders.SelectMany(Versions).Concat(OnPath()).Select(folder => Existing(folder, program)).FirstOrDefault(path => path is not null)
            ?? throw new FileNotFoundException(
                $"{program} was not found: install PostgreSQL 15 or newer (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql), or name its folder in {FolderVariable}.");
    }

    /// <summary>Debian: <c>15/bin</c>. Homebrew: <c>postgresql@15/bin</c>. Newest first.</summary>
    private static IEnumerable<string> Versions(string parent) => !Directory.Exists(parent)
        ? []
        : Directory.EnumerateDirectories(parent)
            .Select(folder => (Folder: folder, Name: Path.GetFileName(folder).Replace("postgresql@", "", StringComparison.Ordinal)))
            .Where(found => int.TryParse(found.Name, out _))
            .OrderByDescending(found => int.Parse(found.Name, System.Globalization.CultureInfo.InvariantCulture))
            .Select(found => Path.Combine(found.Folder, "bin"));

    private static string[] OnPath() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static string? Existing(string folder, string program)
    {
        var path = Path.Combine(folder, program);
        return File.Exists(path) ? path : null;
    }
}
