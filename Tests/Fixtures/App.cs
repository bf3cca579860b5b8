using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

[assembly: AssemblyFixture(typeof(App))]

namespace ProductionReady.Tests.Fixtures;

/// <summary>
/// The whole distributed app, started once per test run from the real AppHost: PostgreSQL and Redis as processes of their
/// own in a folder of their own, the migrations, the Api and the Worker.
/// </summary>
public sealed class App : IAsyncLifetime
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("productionready-tests-");
    private DistributedApplication? _application;

    public App() => Postgres = new PostgresServer(this);

    /// <summary>The app's PostgreSQL server. Not a fixture of its own: one assembly fixture cannot ask for another.</summary>
    public PostgresServer Postgres { get; }

    /// <summary>The running app.</summary>
    public DistributedApplication Application =>
        _application ?? throw new InvalidOperationException("The app has not been started.");

    /// <summary>Folder of the servers' data, ports and of the backups.</summary>
    public string DataPath => _data.FullName;

    public async ValueTask InitializeAsync()
    {
        using var timeout = new CancellationTokenSource(StartTimeout);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["--Servers:Kind=embedded", $"--Servers:DataPath={DataPath}"], timeout.Token);

        // Secrets of this run alone: those that a developer's own run keeps are neither read nor overwritten.
        foreach (var secret in builder.Resources.OfType<ParameterResource>())
        {
            builder.Configuration[$"Parameters:{secret.Name}"] = RandomNumberGenerator.GetHexString(48);
        }

        // No dashboard listens in a test run; an endpoint nobody answers would only slow the services' exit.
        foreach (var project in builder.Resources.OfType<ProjectResource>())
        {
            builder.CreateResourceBuilder(project).WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", "");
        }

        // The log of all tests' databases would be sealed for nobody; what receives log has servers of its own.
        foreach (var worker in builder.Resources.OfType<ProjectResource>().Where(project => project.Name == ResourceNames.Worker))
        {
            builder.CreateResourceBuilder(worker).WithEnvironment("Backups__Wal__Enabled", "false");
        }

        _application = await builder.BuildAsync(timeout.Token);
        await _application.StartAsync(timeout.Token);
        await _application.ResourceNotifications.WaitForResourceHealthyAsync(ResourceNames.Api, timeout.Token);
    }

    /// <summary>A connection string of the app model by the resource's name.</summary>
    public async Task<string> ConnectionStringAsync(string resource) =>
        await Application.GetConnectionStringAsync(resource)
        ?? throw new InvalidOperationException($"{resource} has no connection string.");

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }

        _data.Delete(recursive: true);
    }
}
