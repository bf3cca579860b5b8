using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds Redis.</summary>
public static class RedisBuilderExtensions
{
    /// <summary>Adds Redis in a container; its password is generated unless given.</summary>
    public static IResourceBuilder<RedisResource> AddRedis(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        int? port = null,
        IResourceBuilder<ParameterResource>? password = null)
    {
        // A comma ends the password in the client's connection string, so it stays without special characters.
        var secret = password?.Resource
            ?? ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        var redis = new RedisResource(name, secret);
        return builder.AddResource(redis)
            .WithEndpoint(port: port, targetPort: 6379, name: RedisResource.EndpointName, scheme: "redis")
            .WithImage("library/redis", "8.2")
            .WithImageRegistry("docker.io")
            .WithEntrypoint("/bin/sh")
            .WithEnvironment(context => context.EnvironmentVariables["REDIS_PASSWORD"] = secret)
            .WithArgs(context =>
            {
                context.Args.Add("-c");
                context.Args.Add($"redis-server --requirepass $REDIS_PASSWORD{Saving(redis)}");
            });
    }

    /// <summary>Adds Redis in a container, with a generated password.</summary>
    public static IResourceBuilder<RedisResource> AddRedis(this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port) =>
        builder.AddRedis(name, port, password: null);

    /// <summary>Keeps the data in a volume. Name it: a generated name depends on the application's.</summary>
    public static IResourceBuilder<RedisResource> WithDataVolume(
        this IResourceBuilder<RedisResource> builder,
        string? name = null,
        bool isReadOnly = false)
    {
        builder.WithVolume(name ?? VolumeNames.For(builder, "data"), "/data", isReadOnly);
        return isReadOnly ? builder : builder.WithPersistence();
    }

    /// <summary>Saves the data when so many keys changed within an interval: one key within a minute unless given.</summary>
    public static IResourceBuilder<RedisResource> WithPersistence(
        this IResourceBuilder<RedisResource> builder,
        TimeSpan? interval = null,
        long keysChangedThreshold = 1) =>
        builder.WithAnnotation(
            new SavingAnnotation(interval ?? TimeSpan.FromMinutes(1), keysChangedThreshold),
            ResourceAnnotationMutationBehavior.Replace);

    private static string Saving(RedisResource redis) => redis.TryGetLastAnnotation<SavingAnnotation>(out var saving)
        ? string.Create(CultureInfo.InvariantCulture, $" --save {saving.Interval.TotalSeconds} {saving.KeysChanged}")
        : string.Empty;

    private sealed record SavingAnnotation(TimeSpan Interval, long KeysChanged) : IResourceAnnotation;
}
