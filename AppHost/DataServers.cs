namespace ProductionReady.AppHost;

/// <summary>PostgreSQL and Redis as the services refer to them, whichever way they run.</summary>
/// <param name="AppDatabase">The application's database, as the superuser sees it.</param>
/// <param name="Postgres">Where the PostgreSQL server listens.</param>
/// <param name="Cache">Redis.</param>
internal sealed record DataServers(
    IResourceBuilder<IResourceWithConnectionString> AppDatabase,
    EndpointReference Postgres,
    IResourceBuilder<IResourceWithConnectionString> Cache);
