using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds PostgreSQL.</summary>
public static class PostgresBuilderExtensions
{
    private const string DefaultTag = "17.6";

    /// <summary>Adds a PostgreSQL server in a container; its password is generated unless given.</summary>
    public static IResourceBuilder<PostgresServerResource> AddPostgres(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null,
        int? port = null)
    {
        var secret = password?.Resource ?? ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password");
        var server = new PostgresServerResource(name, userName?.Resource, secret);
        return builder.AddResource(server)
            .WithEndpoint(port: port, targetPort: 5432, name: PostgresServerResource.EndpointName)
            .WithImage("library/postgres", DefaultTag)
            .WithImageRegistry("docker.io")
            .WithEnvironment("POSTGRES_HOST_AUTH_METHOD", "scram-sha-256")
            .WithEnvironment("POSTGRES_INITDB_ARGS", "--auth-host=scram-sha-256 --auth-local=scram-sha-256")
            .WithEnvironment(context =>
            {
                context.EnvironmentVariables["POSTGRES_USER"] = server.UserName;
                context.EnvironmentVariables["POSTGRES_PASSWORD"] = server.PasswordParameter;
            });
    }

    /// <summary>Adds a database; its name is the resource's unless given.</summary>
    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(
        this IResourceBuilder<PostgresServerResource> builder,
        [ResourceName] string name,
        string? databaseName = null)
    {
        var database = new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource);
        builder.Resource.AddDatabase(name, database.DatabaseName);
        return builder.ApplicationBuilder.AddResource(database);
    }

    /// <summary>Keeps the data in a volume. Name it: a generated name depends on the application's.</summary>
    public static IResourceBuilder<PostgresServerResource> WithDataVolume(
        this IResourceBuilder<PostgresServerResource> builder,
        string? name = null,
        bool isReadOnly = false) => builder.WithVolume(name ?? VolumeNames.For(builder, "data"), DataFolder(builder.Resource), isReadOnly);

    /// <summary>Keeps the data in a folder, whose path is relative to the AppHost's.</summary>
    public static IResourceBuilder<PostgresServerResource> WithDataBindMount(
        this IResourceBuilder<PostgresServerResource> builder,
        string source,
        bool isReadOnly = false) => builder.WithBindMount(source, DataFolder(builder.Resource), isReadOnly);

    /// <summary>Runs the scripts of a folder, whose path is relative to the AppHost's, when the server is made.</summary>
    /// <exception cref="InvalidOperationException">There is no such file or folder.</exception>
    public static IResourceBuilder<PostgresServerResource> WithInitFiles(this IResourceBuilder<PostgresServerResource> builder, string source) =>
        Path.Exists(Path.GetFullPath(source, builder.ApplicationBuilder.AppHostDirectory))
            ? builder.WithBindMount(source, "/docker-entrypoint-initdb.d", isReadOnly: true)
            : throw new InvalidOperationException($"The source path '{source}' does not exist.");

    // From version 18 on the image keeps each version's data in a folder of its own below this one.
    private static string DataFolder(PostgresServerResource server) =>
        server.TryGetLastAnnotation<ContainerImageAnnotation>(out var image) && MajorVersion(image.Tag ?? DefaultTag) >= 18
            ? "/var/lib/postgresql"
            : "/var/lib/postgresql/data";

    private static int? MajorVersion(string tag) =>
        int.TryParse(tag.Split('.', '-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}
