namespace ProductionReady.AppHost.Embedded;

/// <summary>PostgreSQL as a process: <c>postgres.sh</c>, which makes the cluster and supervises the server.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="workingDirectory">An existing folder.</param>
/// <param name="password">The superuser's password.</param>
internal sealed class EmbeddedPostgresResource(string name, string workingDirectory, ParameterResource password)
    : ExecutableResource(name, "/bin/sh", workingDirectory), IResourceWithConnectionString
{
    /// <summary>Where the server listens.</summary>
    public EndpointReference Endpoint => new(this, "tcp");

    /// <summary>The superuser's, without a database: the same shape as that of a container's.</summary>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"Host={Endpoint.Property(EndpointProperty.Host)};Port={Endpoint.Property(EndpointProperty.Port)};Username=postgres;Password={password}");
}
