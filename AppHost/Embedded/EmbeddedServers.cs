namespace ProductionReady.AppHost.Embedded;

/// <summary>PostgreSQL and Redis as plain processes of this machine: their programs, data and ports.</summary>
/// <param name="PostgresPrograms">The folder of PostgreSQL's programs.</param>
/// <param name="RedisPrograms">The folder of Redis's programs.</param>
/// <param name="DataPath">The folder with the data of both, and what belongs to them.</param>
/// <param name="PostgresPort">The port PostgreSQL listens on.</param>
/// <param name="RedisPort">The port Redis listens on.</param>
/// <param name="Lock">Keeps other AppHosts out of the folder.</param>
internal sealed record EmbeddedServers(
    string PostgresPrograms, string RedisPrograms, string DataPath, int PostgresPort, int RedisPort, DataFolderLock Lock)
{
    /// <summary>PostgreSQL's folder.</summary>
    public string PostgresFolder => Path.Combine(DataPath, "postgres");

    /// <summary>Redis's folder.</summary>
    public string RedisFolder => Path.Combine(DataPath, "redis");

    /// <summary>Finds the programs, makes the folder, takes it and chooses the ports.</summary>
    /// <param name="dataPath">Where the data should be.</param>
    /// <param name="say">Takes a sentence when something is not as it was or was wished.</param>
    /// <exception cref="FileNotFoundException">A program is missing; says what to install.</exception>
    /// <exception cref="PlatformNotSupportedException">On Windows.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    /// <exception cref="IOException">Another AppHost has the folder.</exception>
    public static EmbeddedServers Prepare(string dataPath, Action<string> say)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Without a container runtime PostgreSQL and Redis run on Linux and macOS only: start Docker or Podman.");
        }

        var postgres = FolderOf(PostgresBinaries.Find("postgres"));
        var redis = FolderOf(RedisBinaries.FindServer());
        var folder = DataFolder.Prepare(dataPath, say);
        var held = DataFolderLock.Take(folder);
        return new(postgres, redis, folder, KeptPort.For(Path.Combine(folder, "postgres"), say), KeptPort.For(Path.Combine(folder, "redis"), say), held);
    }

    // A link on PATH may stand there alone; what it leads to has its siblings beside it.
    private static string FolderOf(string program) => Path.GetDirectoryName(File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program)!;
}
