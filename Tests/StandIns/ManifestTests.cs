using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace ProductionReady.Tests.StandIns;

/// <summary>The sample's model, published by the stand-ins, against what published Aspire 13.5 wrote for it.</summary>
public sealed class ManifestTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("manifest-");

    [Fact]
    public async Task Manifest_of_the_sample_equals_the_published_one_byte_for_byte()
    {
        var file = Path.Combine(_folder.FullName, "aspire-manifest.json");
        var builder = DistributedApplication.CreateBuilder(["--publisher", "manifest", "--output-path", file]);
        Describe(builder);

        await builder.Build().RunAsync();

        (await File.ReadAllTextAsync(file)).ShouldBe(await File.ReadAllTextAsync("TestData/StandIns/sample-manifest.json"));
        (await File.ReadAllBytesAsync(file)).ShouldBe(await File.ReadAllBytesAsync("TestData/StandIns/sample-manifest.json"));
    }

    [Fact]
    public async Task Publishing_fails_when_nobody_says_where_to()
    {
        var builder = DistributedApplication.CreateBuilder(["--publisher", "manifest"]);

        var failure = await Should.ThrowAsync<DistributedApplicationException>(builder.Build().RunAsync());

        failure.Message.ShouldContain("--output-path");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Describe(IDistributedApplicationBuilder builder)
    {
        var postgresPassword = Password(builder, "postgres-password");
        var apiPassword = Password(builder, "api-db-password");
        var cachePassword = Password(builder, "cache-password");
        var postgres = builder.AddPostgres("postgres", password: postgresPassword)
            .WithImageTag("17.6").WithDataVolume("productionready-postgres").WithInitFiles(Path.Combine(_folder.FullName, "AppHost", "init"));
        var appdb = postgres.AddDatabase("appdb");
        var cache = builder.AddRedis("cache", password: cachePassword)
            .WithImageTag("8.2").WithDataVolume("productionready-cache").WithPersistence();
        var tcp = postgres.Resource.PrimaryEndpoint;
        var appdbApi = builder.AddConnectionString("appdb-api", ReferenceExpression.Create(
            $"Host={tcp.Property(EndpointProperty.Host)};Port={tcp.Property(EndpointProperty.Port)};Username=app_api;Password={apiPassword};Database=appdb"));
        var migrations = builder.AddProject("migrations", Project("MigrationService"))
            .WithReference(appdb).WithEnvironment("Roles__Api__Password", apiPassword).WaitFor(appdb);
        builder.AddProject("api", Project("Api"))
            .WithHttpEndpoint().WithExternalHttpEndpoints().WithHttpHealthCheck("/health/ready")
            .WithReference(appdbApi).WithReference(cache).WaitForCompletion(migrations).WaitFor(cache);
        builder.AddProject("worker", Project("Worker"))
            .WithReference(appdbApi).WithReference(cache).WaitForCompletion(migrations).WithReplicas(2);
    }

    private string Project(string name) => Path.Combine(_folder.FullName, name, $"{name}.csproj");

    private static IResourceBuilder<ParameterResource> Password(IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(name, new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true);
}
