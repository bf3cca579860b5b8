namespace Aspire.Hosting.ApplicationModel;

/// <summary>A command that the app gives a resource beside those of <see cref="KnownResourceCommands" />.</summary>
public sealed class ResourceCommandAnnotation : IResourceAnnotation
{
    internal ResourceCommandAnnotation(string name, string displayName, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, string? displayDescription)
    {
        Name = name;
        DisplayName = displayName;
        ExecuteCommand = executeCommand;
        DisplayDescription = displayDescription;
    }

    /// <summary>By which it is called.</summary>
    public string Name { get; }

    /// <summary>What people see.</summary>
    public string DisplayName { get; }

    /// <summary>What it does, for people.</summary>
    public string? DisplayDescription { get; }

    /// <summary>Does it.</summary>
    public Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ExecuteCommand { get; }
}
