using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.AppHost.Embedded;

/// <summary>Adds the embedded servers to the app model.</summary>
internal static class EmbeddedServersExtensions
{
    /// <summary>Adds PostgreSQL, the application's database and Redis. Each is ready when a query is answered, not when a port opens.</summary>
    public static DataServers AddEmbeddedServers(
        this IDistributedApplicationBuilder builder,
        EmbeddedServers servers,
        IResourceBuilder<ParameterResource> postgresPassword,
        IResourceBuilder<ParameterResource> cachePassword)
    {
        builder.Services.AddHostedService(_ => servers.Lock);
        var postgres = builder.AddResource(new EmbeddedPostgresResource(ResourceNames.Postgres, servers.DataPath, postgresPassword.Resource))
            .WithEnvironment("POSTGRES_PASSWORD", postgresPassword);
        builder.RunSupervised(postgres, "postgres.sh", servers.PostgresFolder, servers.PostgresPrograms, servers.PostgresPort);
        builder.CheckHealth(postgres, new DatabaseAnswers(postgres.Resource, "postgres"));

        // A connection string rather than a child of the server: it has a state and a health of its own on both feeds.
        var appdb = builder.AddConnectionString(
            ResourceNames.AppDatabase, ReferenceExpression.Create($"{postgres.Resource.ConnectionStringExpression};Database={ResourceNames.AppDatabase}"));
        builder.CheckHealth(appdb, new DatabaseAnswers(postgres.Resource, ResourceNames.AppDatabase));

        var cache = builder.AddResource(new EmbeddedRedisResource(ResourceNames.Cache, servers.DataPath, cachePassword.Resource))
            .WithEnvironment("REDIS_PASSWORD", cachePassword);
        builder.RunSupervised(cache, "redis.sh", servers.RedisFolder, servers.RedisPrograms, servers.RedisPort);
        builder.CheckHealth(cache, new RedisAnswers(servers.RedisPort, cachePassword.Resource));

        return new DataServers(appdb, postgres.Resource.Endpoint, cache);
    }

    // No proxy in front: the server itself listens on the port, which stays the same over restarts of the AppHost.
    private static void RunSupervised<T>(
        this IDistributedApplicationBuilder builder, IResourceBuilder<T> server, string script, string folder, string programs, int port)
        where T : ExecutableResource => server
            .WithArgs(Path.Combine(builder.AppHostDirectory, "Embedded", script), folder, programs, $"{port}", $"{Environment.ProcessId}")
            .WithEndpoint(port: port, scheme: "tcp", name: "tcp", isProxied: false);

    private static void CheckHealth<T>(this IDistributedApplicationBuilder builder, IResourceBuilder<T> resource, IHealthCheck check)
        where T : IResource
    {
        var key = $"{resource.Resource.Name}_answers";
        builder.Services.AddHealthChecks().AddCheck(key, check);
        resource.WithHealthCheck(key);
    }
}
