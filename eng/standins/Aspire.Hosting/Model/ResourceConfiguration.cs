using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Gathers the environment variables and arguments of a resource, in the order they were said.</summary>
internal static class ResourceConfiguration
{
    public static async Task<IReadOnlyDictionary<string, object>> EnvironmentAsync(
        IResource resource,
        DistributedApplicationExecutionContext execution,
        ILogger log,
        CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(execution, resource, cancellationToken: cancellationToken) { Logger = log };
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(context);
        }

        return context.EnvironmentVariables;
    }

    public static async Task<IReadOnlyList<object>> ArgumentsAsync(
        IResource resource,
        DistributedApplicationExecutionContext execution,
        ILogger log,
        CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], resource, cancellationToken) { ExecutionContext = execution, Logger = log };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(context);
        }

        return [.. context.Args];
    }
}
