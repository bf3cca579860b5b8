using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aspire.Hosting.Publishing;

public sealed partial class ManifestPublishingContext
{
    private readonly ManifestHelpers _helpers = new();

    /// <summary>Writes <c>connectionString</c> of a resource that has one.</summary>
    public void WriteConnectionString(IResource resource)
    {
        if (resource is IResourceWithConnectionString { ConnectionStringExpression: var expression })
        {
            Writer.WriteString("connectionString", Expression(expression));
        }
    }

    /// <summary>Writes <c>bindings</c> of a resource that has endpoints.</summary>
    public void WriteBindings(IResource resource)
    {
        if (!resource.TryGetEndpoints(out var endpoints))
        {
            return;
        }

        Writer.WriteStartObject("bindings");
        foreach (var endpoint in endpoints)
        {
            WriteBinding(resource, endpoint);
        }

        Writer.WriteEndObject();
    }

    /// <summary>Writes <c>args</c> of a resource that has any.</summary>
    public async Task WriteCommandLineArgumentsAsync(IResource resource)
    {
        var arguments = await ResourceConfiguration.ArgumentsAsync(resource, ExecutionContext, NullLogger.Instance, CancellationToken);
        if (arguments.Count == 0)
        {
            return;
        }

        Writer.WriteStartArray("args");
        foreach (var argument in arguments)
        {
            Writer.WriteStringValue(Expression(argument));
        }

        Writer.WriteEndArray();
    }

    /// <summary>Writes <c>env</c> of a resource that has any.</summary>
    public async Task WriteEnvironmentVariablesAsync(IResource resource)
    {
        var variables = await ResourceConfiguration.EnvironmentAsync(resource, ExecutionContext, NullLogger.Instance, CancellationToken);
        if (variables.Count == 0)
        {
            return;
        }

        Writer.WriteStartObject("env");
        foreach (var (name, value) in variables)
        {
            Writer.WriteString(name, Expression(value));
        }

        Writer.WriteEndObject();
    }

    /// <summary>Makes sure that what a value names is in the manifest.</summary>
    public void TryAddDependentResources(object? value) => _helpers.AddReferencesOf(value);

    private string Expression(object value)
    {
        _helpers.AddReferencesOf(value);
        return value switch
        {
            string text => text,
            ReferenceExpression expression => _helpers.Write(expression),
            IManifestExpressionProvider provider => provider.ValueExpression,
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? string.Empty,
        };
    }

    // A project's ports are chosen where it is deployed; the port of anything else is told when it is not its target port.
    private void WriteBinding(IResource resource, EndpointAnnotation endpoint)
    {
        Writer.WriteStartObject(endpoint.Name);
        Writer.WriteString("scheme", endpoint.UriScheme);
        Writer.WriteString("protocol", endpoint.Protocol.ToString().ToLowerInvariant());
        Writer.WriteString("transport", endpoint.Transport);
        var targetPort = endpoint.TargetPort ?? (resource is ProjectResource ? null : endpoint.Port ?? _helpers.NextPort());
        if (endpoint.Port is { } port && port != targetPort)
        {
            Writer.WriteNumber("port", port);
        }

        if (targetPort is { } target)
        {
            Writer.WriteNumber("targetPort", target);
        }

        if (endpoint.IsExternal)
        {
            Writer.WriteBoolean("external", true);
        }

        Writer.WriteEndObject();
    }

    private void WriteMounts(ContainerResource container, ContainerMountType type)
    {
        var mounts = container.Annotations.OfType<ContainerMountAnnotation>().Where(m => m.Type == type).ToArray();
        if (mounts.Length == 0)
        {
            return;
        }

        Writer.WriteStartArray(type == ContainerMountType.Volume ? "volumes" : "bindMounts");
        foreach (var mount in mounts)
        {
            Writer.WriteStartObject();
            if (type == ContainerMountType.BindMount)
            {
                Writer.WriteString("source", GetManifestRelativePath(mount.Source));
            }
            else if (mount.Source is not null)
            {
                Writer.WriteString("name", mount.Source);
            }

            Writer.WriteString("target", mount.Target);
            Writer.WriteBoolean("readOnly", mount.IsReadOnly);
            Writer.WriteEndObject();
        }

        Writer.WriteEndArray();
    }
}
