namespace Aspire.Hosting.ApplicationModel;

/// <summary>A process.</summary>
public class ExecutableResource : Resource, IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport,
    IResourceWithProbes, IComputeResource
{
    /// <summary>A process that runs a command in a folder.</summary>
    public ExecutableResource(string name, string command, string workingDirectory)
        : base(name)
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        ArgumentNullException.ThrowIfNull(workingDirectory);
        Annotations.Add(new ExecutableAnnotation { Command = command, WorkingDirectory = workingDirectory });
    }

    /// <summary>The command: a path, or a name that is looked up in PATH.</summary>
    public string Command => Annotation.Command;

    /// <summary>The folder the command runs in.</summary>
    public string WorkingDirectory => Annotation.WorkingDirectory;

    private ExecutableAnnotation Annotation => Annotations.OfType<ExecutableAnnotation>().Last();
}

/// <summary>What an <see cref="ExecutableResource" /> runs, and where.</summary>
public sealed class ExecutableAnnotation : IResourceAnnotation
{
    /// <summary>The command.</summary>
    public required string Command { get; set; }

    /// <summary>The folder the command runs in.</summary>
    public required string WorkingDirectory { get; set; }
}

/// <summary>A resource that computes: a process or a container.</summary>
public interface IComputeResource : IResource;
