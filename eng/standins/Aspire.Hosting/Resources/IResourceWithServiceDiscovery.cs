using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A resource whose endpoints others look up by its name.</summary>
public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;
