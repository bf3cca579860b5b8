using System.Globalization;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>One piece of an endpoint's address.</summary>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property)
    : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    /// <summary>The endpoint.</summary>
    public EndpointReference Endpoint { get; } = endpointReference;

    /// <summary>The piece.</summary>
    public EndpointProperty Property { get; } = property;

    /// <inheritdoc />
    public string ValueExpression => Property switch
    {
        EndpointProperty.Url => Binding("url"),
        EndpointProperty.Host or EndpointProperty.IPV4Host => Binding("host"),
        EndpointProperty.Port => Binding("port"),
        EndpointProperty.Scheme => Binding("scheme"),
        EndpointProperty.TargetPort => Binding("targetPort"),
        EndpointProperty.HostAndPort => $"{Binding("host")}:{Binding("port")}",
        EndpointProperty.TlsEnabled => Binding("tlsEnabled"),
        _ => throw Unknown(),
    };

    IEnumerable<object> IValueWithReferences.References => [Endpoint];

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        GetValueAsync(new ValueProviderContext(), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
    {
        switch (Property)
        {
            case EndpointProperty.Scheme:
                return Endpoint.Scheme;
            case EndpointProperty.TlsEnabled:
                return Endpoint.TlsEnabled ? bool.TrueString : bool.FalseString;
            case EndpointProperty.IPV4Host:
                return "127.0.0.1";
        }

        var allocated = await Endpoint.EndpointAnnotation.WhenAllocated.WaitAsync(cancellationToken);
        var port = allocated.Port.ToString(CultureInfo.InvariantCulture);
        return Property switch
        {
            EndpointProperty.Url => allocated.UriString,
            EndpointProperty.Host => allocated.Address,
            EndpointProperty.Port => port,
            EndpointProperty.HostAndPort => $"{allocated.Address}:{port}",
            EndpointProperty.TargetPort => OwnPort(context) ?? allocated.TargetPortExpression ?? port,
            _ => throw Unknown(),
        };
    }

    private string? OwnPort(ValueProviderContext context) =>
        context.OwnPorts is { } ports && ports.TryGetValue(Endpoint.EndpointAnnotation, out var port)
            ? port.ToString(CultureInfo.InvariantCulture)
            : null;

    private string Binding(string piece) => $"{{{Endpoint.Resource.Name}.bindings.{Endpoint.EndpointName}.{piece}}}";

    private InvalidOperationException Unknown() => new($"An endpoint has no property '{Property}'.");
}

/// <summary>The pieces of an endpoint's address.</summary>
public enum EndpointProperty
{
    /// <summary>scheme://host:port.</summary>
    Url,

    /// <summary>The host.</summary>
    Host,

    /// <summary>The host as an IPv4 address.</summary>
    IPV4Host,

    /// <summary>The port that others use.</summary>
    Port,

    /// <summary>The scheme.</summary>
    Scheme,

    /// <summary>The port that the resource itself listens on.</summary>
    TargetPort,

    /// <summary>host:port.</summary>
    HostAndPort,

    /// <summary>True or False.</summary>
    TlsEnabled,
}
