using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity.Oidc;

/// <summary>An Api that talks to providers on this machine, patiently enough for one test and not for minutes.</summary>
public sealed class OidcFixture(App app) : IAsyncLifetime
{
    private static readonly (string Key, string Value)[] Settings =
    [
        ("Identity:Oidc:AllowLoopbackHttp", "true"), ("Identity:Oidc:RequestTimeout", "00:00:30"), ("Identity:Oidc:KeyRefreshInterval", "00:00:00"),
        ("Identity:Oidc:FailurePause", "00:00:00"), ("HttpClient:FirstDelay", "00:00:00.001"),
    ];

    private readonly ApiFixture _fixture = new(app);
    private RunningApi? _api;
    private RunningApi? _impatient;
    private Task<SignedIn>? _admin;

    public string AdminConnectionString => _fixture.AdminConnectionString;

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        _api = StartAnother();
    }

    /// <summary>A further instance; whoever starts it disposes it.</summary>
    public RunningApi StartAnother(params ReadOnlySpan<(string Key, string Value)> settings) => _fixture.StartAnother([.. Settings, .. settings]);

    public HttpClient NewClient() => _api!.NewClient();

    /// <summary>A client of an instance that waits for a provider for two seconds and not longer.</summary>
    public HttpClient NewImpatientClient() => (_impatient ??= StartAnother(("Identity:Oidc:RequestTimeout", "00:00:02"))).NewClient();

    /// <summary>An administrator of a tenant that the class's tests share.</summary>
    public Task<SignedIn> SharedAdminAsync() => _admin ??= SignedIn.UpAsync(NewClient);

    /// <summary>A new tenant with a provider.</summary>
    /// <param name="provider">Who vouches.</param>
    /// <param name="configure">Changes what is configured.</param>
    internal async Task<OidcTenant> TenantAsync(TestProvider provider, Action<JsonObject>? configure = null)
    {
        var admin = await SignedIn.UpAsync(NewClient);
        var body = OidcTenant.Configuration(provider);
        configure?.Invoke(body);
        using var created = await admin.Client.PostAsJsonAsync(OidcTenant.Providers, body);
        created.StatusCode.ShouldBe(HttpStatusCode.Created, await created.Content.ReadAsStringAsync());
        var id = (await created.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<Guid>();
        return new OidcTenant(this, NewClient(), admin, provider, id, body);
    }

    /// <summary>The connection string of a service's role to the class's database.</summary>
    public Task<string> ConnectionStringAsync(string resource) => _fixture.ConnectionStringAsync(resource);

    public Task<int> ExecuteAsync(string sql, params object[] parameters) => _fixture.ExecuteAsync(sql, parameters);

    /// <summary>First column of each row, as the superuser, for whom no row is hidden.</summary>
    public async Task<List<T>> QueryAsync<T>(string sql, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetFieldValue<T>(0));
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var running in (RunningApi?[])[_api, _impatient])
        {
            if (running is not null)
            {
                await running.DisposeAsync();
            }
        }

        await _fixture.DisposeAsync();
    }
}
