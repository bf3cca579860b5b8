using ProductionReady.ServiceDefaults;

namespace ProductionReady.AppHost;

/// <summary>PostgreSQL and Redis as containers: with a container runtime, and in everything that is published.</summary>
internal static class ContainerServers
{
    // Pinned, and raised on purpose: a data volume belongs to one major version.
    private const string PostgresTag = "17.6";
    private const string RedisTag = "8.2";

    /// <summary>Adds both, each with a data volume of a fixed name; the backup role may replicate from PostgreSQL.</summary>
    public static DataServers AddContainerServers(
        this IDistributedApplicationBuilder builder,
        IResourceBuilder<ParameterResource> postgresPassword,
        IResourceBuilder<ParameterResource> cachePassword)
    {
        var postgres = builder.AddPostgres(ResourceNames.Postgres, password: postgresPassword)
            .WithImageTag(PostgresTag)
            .WithDataVolume("productionready-postgres")
            .WithInitFiles("init");
        var appdb = postgres.AddDatabase(ResourceNames.AppDatabase);
        var cache = builder.AddRedis(ResourceNames.Cache, password: cachePassword)
            .WithImageTag(RedisTag)
            .WithDataVolume("productionready-cache")
            .WithPersistence();
        return new DataServers(appdb, postgres.Resource.PrimaryEndpoint, cache);
    }
}
