using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Declares that a resource listens.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private readonly TaskCompletionSource<AllocatedEndpoint> _allocated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int? _port;
    private int? _targetPort;
    private string? _transport;
    private bool? _tlsEnabled;

    /// <summary>An endpoint; the scheme is the protocol's name and the name is the scheme unless given.</summary>
    public EndpointAnnotation(
        ProtocolType protocol,
        string? uriScheme = null,
        string? transport = null,
        [EndpointName] string? name = null,
        int? port = null,
        int? targetPort = null,
        bool? isExternal = null,
        bool? isProxied = null)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? protocol.ToString().ToLowerInvariant();
        Name = name ?? UriScheme;
        ResourceNames.Validate(Name, nameof(name));
        _transport = transport;
        _port = port;
        _targetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsExplicitlyProxied = isProxied;
    }

    /// <summary>The name, unique in the resource.</summary>
    public string Name { get; set; }

    /// <summary>TCP or UDP.</summary>
    public ProtocolType Protocol { get; set; }

    /// <summary>The port that others use; without a proxy it is the target port unless given.</summary>
    public int? Port
    {
        get => _port ?? (IsProxied ? null : _targetPort);
        set => _port = value;
    }

    /// <summary>The port the resource itself listens on; without a proxy it is the port unless given.</summary>
    public int? TargetPort
    {
        get => _targetPort ?? (IsProxied ? null : _port);
        set => _targetPort = value;
    }

    /// <summary>The scheme of the endpoint's address, such as http or tcp.</summary>
    public string UriScheme { get; set; }

    /// <summary>The host that the resource is to listen on.</summary>
    public string TargetHost { get; set; } = "localhost";

    /// <summary>What is spoken over the protocol: http, http2 or the protocol itself.</summary>
    public string Transport
    {
        get => _transport ?? (UriScheme is "http" or "https" ? "http" : Protocol.ToString().ToLowerInvariant());
        set => _transport = value;
    }

    /// <summary>Whether the endpoint is to be reached from outside where the application is deployed.</summary>
    public bool IsExternal { get; set; }

    /// <summary>What was said about a proxy, if anything.</summary>
    public bool? IsExplicitlyProxied { get; private set; }

    /// <summary>Whether a proxy may stand in front of the endpoint, so that its port is free to choose.</summary>
    public bool IsProxied
    {
        get => IsExplicitlyProxied ?? true;
        set => IsExplicitlyProxied = value;
    }

    /// <summary>Whether TLS is spoken.</summary>
    public bool TlsEnabled
    {
        get => _tlsEnabled ?? UriScheme == "https";
        set => _tlsEnabled = value;
    }

    /// <summary>Where the endpoint is; null until it is known.</summary>
    public AllocatedEndpoint? AllocatedEndpoint
    {
        get => _allocated.Task.IsCompletedSuccessfully ? _allocated.Task.Result : null;
        set => _allocated.TrySetResult(value ?? throw new ArgumentNullException(nameof(value)));
    }

    /// <summary>Whether TLS is ended by what stands before the resource where it is deployed.</summary>
    internal bool EndsElsewhere { get; set; }

    /// <summary>Where the endpoint is, as soon as it is known.</summary>
    internal Task<AllocatedEndpoint> WhenAllocated => _allocated.Task;
}
