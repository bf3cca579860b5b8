using Microsoft.AspNetCore.Mvc.Testing;
using ProductionReady.Api.Authorization;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Tests.Fixtures;

/// <summary>
/// An Api of its own for a test class: the real one on the framework's own web server, on a fresh database of the app's
/// PostgreSQL server and on the app's Redis.
/// </summary>
public sealed class ApiFixture(App app) : IAsyncLifetime
{
    private WebApplicationFactory<Principal>? _api;

    /// <summary>A client without credentials.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>The superuser's connection string to the class's database.</summary>
    public string AdminConnectionString { get; private set; } = null!;

    /// <summary>The Api's services, for what no client can see.</summary>
    public IServiceProvider Services => _api!.Services;

    public async ValueTask InitializeAsync()
    {
        AdminConnectionString = await app.Postgres.CreateDatabaseAsync();
        var database = await app.Postgres.AsAsync(ResourceNames.ApiDatabase, AdminConnectionString);
        var cache = await app.ConnectionStringAsync(ResourceNames.Cache);
        _api = new WebApplicationFactory<Principal>().WithWebHostBuilder(host => host
            .UseSetting($"ConnectionStrings:{ResourceNames.ApiDatabase}", database)
            .UseSetting($"ConnectionStrings:{ResourceNames.Cache}", cache)
            .UseSetting("Identity:KeyEncryptionKey", "a key that only the tests of this class ever use")
            .UseSetting("RateLimits:Enabled", "false"));
        _api.UseKestrel(0);
        _api.StartServer();
        Client = NewClient();
    }

    /// <summary>The connection string of a service's role to the class's database.</summary>
    public Task<string> ConnectionStringAsync(string resource) => app.Postgres.AsAsync(resource, AdminConnectionString);

    /// <summary>A further client without credentials.</summary>
    public HttpClient NewClient() => _api!.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    /// <summary>A new tenant with its first administrator, signed in.</summary>
    public Task<SignedIn> SignUpAsync() => SignedIn.UpAsync(NewClient);

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_api is not null)
        {
            await _api.DisposeAsync();
        }
    }
}
