using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Run;

/// <summary>
/// Gives every endpoint its port. No proxy stands before a process here, so others get the port that the process itself
/// listens on; of several replicas they get the first one's.
/// </summary>
internal sealed class PortAllocation(IConfiguration configuration)
{
    public const string Address = "localhost";

    private static readonly Dictionary<EndpointAnnotation, int> None = [];

    private readonly bool _random = configuration.GetValue("DcpPublisher:RandomizePorts", false);
    private readonly Dictionary<(IResource Resource, int Replica), Dictionary<EndpointAnnotation, int>> _ports = [];

    /// <summary>The ports of one replica.</summary>
    public IReadOnlyDictionary<EndpointAnnotation, int> Of(IResource resource, int replica) => _ports.GetValueOrDefault((resource, replica), None);

    public void Allocate(IResource resource)
    {
        for (var replica = 0; replica < resource.GetReplicaCount(); replica++)
        {
            _ports[(resource, replica)] = resource.Annotations.OfType<EndpointAnnotation>().ToDictionary(e => e, e => PortOf(resource, e, replica));
        }

        foreach (var (endpoint, port) in Of(resource, 0))
        {
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, Address, port, port.ToString(CultureInfo.InvariantCulture));
        }
    }

    private int PortOf(IResource resource, EndpointAnnotation endpoint, int replica)
    {
        if (resource is ContainerResource)
        {
            return endpoint.Port ?? FreePort.Take();
        }

        if (!endpoint.IsProxied)
        {
            return endpoint.TargetPort ?? throw new DistributedApplicationException(
                $"Service '{resource.Name}' needs to specify a port for endpoint '{endpoint.Name}' since it isn't using a proxy.");
        }

        var wished = endpoint.TargetPort ?? (_random || replica > 0 ? null : endpoint.Port);
        return wished ?? FreePort.Take();
    }
}
