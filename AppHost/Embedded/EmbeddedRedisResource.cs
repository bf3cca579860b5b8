namespace ProductionReady.AppHost.Embedded;

/// <summary>Redis as a process: <c>redis.sh</c>, which writes its configuration and supervises the server.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="workingDirectory">An existing folder.</param>
/// <param name="password">The password.</param>
internal sealed class EmbeddedRedisResource(string name, string workingDirectory, ParameterResource password)
    : ExecutableResource(name, "/bin/sh", workingDirectory), IResourceWithConnectionString
{
    /// <summary>Where the server listens.</summary>
    public EndpointReference Endpoint => new(this, "tcp");

    /// <summary>The same shape as that of a container's: <c>host:port,password=...</c>.</summary>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"{Endpoint.Property(EndpointProperty.Host)}:{Endpoint.Property(EndpointProperty.Port)},password={password}");
}
