namespace ProductionReady.MigrationService;

/// <summary>A verb cannot do its work for a reason that the operator is told in one sentence.</summary>
public sealed class MigrationFailedException(string message, int exitCode = ExitCode.Failed, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; } = exitCode;
}
