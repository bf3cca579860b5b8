namespace ProductionReady.Worker.Processes;

/// <summary>A program of the operating system to be run as a child.</summary>
/// <param name="Program">Full path, or a name on PATH.</param>
/// <param name="Arguments">Seen by every user of the machine: no secrets.</param>
public sealed record ChildProgram(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>Added to the environment; the place for <c>PGPASSWORD</c>.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Runs as <see cref="UnprivilegedUser"/> when this process is root: PostgreSQL's server refuses root.</summary>
    public bool Unprivileged { get; init; }

    /// <summary>Whether <see cref="Unprivileged"/> changes the account here.</summary>
    public static bool DropsPrivileges => OperatingSystem.IsLinux() && System.Environment.IsPrivilegedProcess;

    /// <summary>What the child gets when this process dies, however it dies.</summary>
    public PosixKill OnParentDeath { get; init; } = PosixKill.Kill;

    /// <summary>The account that Debian's PostgreSQL packages make.</summary>
    public const string UnprivilegedUser = "postgres";
}
