namespace ProductionReady.AppHost.Embedded;

/// <summary>Finds Redis's server on this machine.</summary>
internal static class RedisBinaries
{
    /// <summary>Environment variable with the one folder to look in.</summary>
    public const string FolderVariable = "REDIS_BIN";

    private static readonly string[] Places = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/home/linuxbrew/.linuxbrew/bin"];

    /// <summary>Full path of <c>redis-server</c>: from <c>REDIS_BIN</c> when that is set, else from PATH, else from where Debian or Homebrew put it.</summary>
    /// <exception cref="FileNotFoundException">There is none; one sentence says what to install.</exception>
    public static string FindServer()
    {
        string[] folders = Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named
            ? [named]
            : [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries), .. Places];
        return folders.Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException(
                $"redis-server was not found: install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis), or name its folder in {FolderVariable}.");
    }
}
