namespace ProductionReady.Worker.Processes;

/// <summary>A child ended with another exit code than 0.</summary>
public sealed class ChildFailedException(string program, int exitCode, string errors)
    : Exception($"{program} ended with exit code {exitCode}{(errors.Length > 0 ? $": {errors}" : ".")}")
{
    public int ExitCode => exitCode;
}
