using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds processes.</summary>
public static class ExecutableResourceBuilderExtensions
{
    /// <summary>Adds a process.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="command">A path, or a name that is looked up in PATH.</param>
    /// <param name="workingDirectory">Where it runs, relative to the AppHost's folder.</param>
    /// <param name="args">Its arguments.</param>
    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        string command,
        string workingDirectory,
        params string[]? args) => builder.AddExecutable(name, command, workingDirectory, (args ?? []).Cast<object>().ToArray());

    /// <inheritdoc cref="AddExecutable(IDistributedApplicationBuilder, string, string, string, string[])" />
    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        string command,
        string workingDirectory,
        params object[]? args)
    {
        var folder = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, workingDirectory));
        return builder.AddResource(new ExecutableResource(name, command, folder)).WithArgs(args ?? []);
    }
}
