using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>Writes a manifest.</summary>
public sealed partial class ManifestPublishingContext(
    DistributedApplicationExecutionContext executionContext,
    string manifestPath,
    Utf8JsonWriter writer,
    CancellationToken cancellationToken = default)
{
    /// <summary>How the application is published.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    /// <summary>The manifest's file.</summary>
    public string ManifestPath { get; } = manifestPath;

    /// <summary>Writes the manifest's JSON.</summary>
    public Utf8JsonWriter Writer { get; } = writer;

    /// <summary>Ends the publishing.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>A path as the manifest gives it: relative to the manifest, with slashes.</summary>
    public string? GetManifestRelativePath(string? path) => path is null
        ? null
        : Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(ManifestPath))!, path).Replace('\\', '/');

    /// <summary>Resources in the order they were added, then parameters that only others name, then helpers.</summary>
    internal async Task WriteModelAsync(DistributedApplicationModel model)
    {
        _helpers.Reserve(model.Resources.Select(r => r.Name));
        Writer.WriteStartObject();
        Writer.WriteStartObject("resources");
        foreach (var resource in model.Resources)
        {
            await WriteResourceAsync(resource);
        }

        foreach (var resource in _helpers.Referenced.Where(r => !model.Resources.Contains(r)).ToArray())
        {
            await WriteResourceAsync(resource);
        }

        await _helpers.WriteAsync(Writer, CancellationToken);
        Writer.WriteEndObject();
        Writer.WriteEndObject();
        await Writer.FlushAsync(CancellationToken);
    }

    private async Task WriteResourceAsync(IResource resource)
    {
        if (resource.TryGetLastAnnotation<ManifestPublishingCallbackAnnotation>(out var custom) && custom.Callback is null)
        {
            return;
        }

        Writer.WriteStartObject(resource.Name);
        await (custom?.Callback?.Invoke(this) ?? WriteContentAsync(resource));
        Writer.WriteEndObject();
    }

    private Task WriteContentAsync(IResource resource) => resource switch
    {
        ContainerResource container => WriteContainerAsync(container),
        ProjectResource project => WriteProjectAsync(project),
        ExecutableResource executable => WriteExecutableAsync(executable),
        ParameterResource parameter => WriteParameter(parameter),
        IResourceWithConnectionString => WriteValue(resource),
        _ => WriteUnknown(),
    };
}
