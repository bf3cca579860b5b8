namespace Aspire.Hosting.ApplicationModel;

/// <summary>Where an endpoint is.</summary>
public class AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port, string? targetPortExpression = null)
{
    /// <summary>The endpoint.</summary>
    public EndpointAnnotation Endpoint { get; } = endpoint;

    /// <summary>The host.</summary>
    public string Address { get; } = address;

    /// <summary>The port.</summary>
    public int Port { get; } = port;

    /// <summary>The port the resource itself listens on.</summary>
    public string? TargetPortExpression { get; } = targetPortExpression;

    /// <summary>The scheme.</summary>
    public string UriScheme => Endpoint.UriScheme;

    /// <summary>host:port.</summary>
    public string EndPointString => $"{Address}:{Port}";

    /// <summary>scheme://host:port.</summary>
    public string UriString => $"{UriScheme}://{EndPointString}";

    /// <inheritdoc />
    public override string ToString() => UriString;
}
