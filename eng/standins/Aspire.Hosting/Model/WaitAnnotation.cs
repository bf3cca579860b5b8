namespace Aspire.Hosting.ApplicationModel;

/// <summary>Makes a resource wait for another before it starts.</summary>
/// <param name="resource">What to wait for.</param>
/// <param name="waitType">What to wait for it to do.</param>
/// <param name="exitCode">The exit code that counts as success of <see cref="WaitType.WaitForCompletion" />.</param>
public class WaitAnnotation(IResource resource, WaitType waitType, int exitCode = 0) : IResourceAnnotation
{
    /// <summary>What to wait for.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>What to wait for it to do.</summary>
    public WaitType WaitType { get; } = waitType;

    /// <summary>What to do when it can no longer do that; without a value the application decides.</summary>
    public WaitBehavior? WaitBehavior { get; init; }

    /// <summary>The exit code that counts as success.</summary>
    public int ExitCode { get; } = exitCode;
}

/// <summary>What a resource waits for another to do.</summary>
public enum WaitType
{
    /// <summary>Run and pass its health checks.</summary>
    WaitUntilHealthy,

    /// <summary>End with the expected exit code.</summary>
    WaitForCompletion,

    /// <summary>Run.</summary>
    WaitUntilStarted,
}

/// <summary>What waiting does when what is waited for has failed.</summary>
public enum WaitBehavior
{
    /// <summary>Goes on: somebody may start it again.</summary>
    WaitOnResourceUnavailable,

    /// <summary>Fails.</summary>
    StopOnResourceUnavailable,
}
