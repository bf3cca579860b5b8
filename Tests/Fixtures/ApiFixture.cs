using Npgsql;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Tests.Fixtures;

/// <summary>
/// An Api of its own for a test class: the real one on the framework's own web server, on a fresh database of the app's
/// PostgreSQL server and on the app's Redis.
/// </summary>
public sealed class ApiFixture(App app) : IAsyncLifetime
{
    private readonly Dictionary<string, string> _settings = [];
    private RunningApi? _api;

    /// <summary>A client without credentials.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>The superuser's connection string to the class's database.</summary>
    public string AdminConnectionString { get; private set; } = null!;

    /// <summary>The mail that the class's instances sent.</summary>
    public Mailbox Mailbox { get; } = new(Path.Combine(app.DataPath, $"mail-{Guid.NewGuid():n}"));

    /// <summary>The Api's services, for what no client can see.</summary>
    public IServiceProvider Services => _api!.Services;

    public async ValueTask InitializeAsync()
    {
        AdminConnectionString = await app.Postgres.CreateDatabaseAsync();
        _settings[$"ConnectionStrings:{ResourceNames.ApiDatabase}"] = await app.Postgres.AsAsync(ResourceNames.ApiDatabase, AdminConnectionString);
        _settings[$"ConnectionStrings:{ResourceNames.Cache}"] = await app.ConnectionStringAsync(ResourceNames.Cache);
        _settings["Identity:KeyEncryptionKey"] = "a key that only the tests of this class ever use";
        _settings["RateLimits:Enabled"] = "false";
        _settings["Mail:Folder"] = Mailbox.Folder;
        _api = StartAnother();
        Client = NewClient();
    }

    /// <summary>A further instance of the Api on the same database and Redis; whoever starts it disposes it.</summary>
    /// <param name="settings">What it is to have other than the first one.</param>
    public RunningApi StartAnother(params ReadOnlySpan<(string Key, string Value)> settings) => StartAnother(TimeProvider.System, settings);

    /// <summary>The same with a clock of its own.</summary>
    public RunningApi StartAnother(TimeProvider time, params ReadOnlySpan<(string Key, string Value)> settings)
    {
        var all = new Dictionary<string, string>(_settings);
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return new RunningApi(all, time);
    }

    /// <summary>The connection string of a service's role to the class's database.</summary>
    public Task<string> ConnectionStringAsync(string resource) => app.Postgres.AsAsync(resource, AdminConnectionString);

    /// <summary>Runs a statement on the class's database as the superuser, for whom no row is hidden.</summary>
    /// <returns>Rows affected.</returns>
    public async Task<int> ExecuteAsync(string sql, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>A further client without credentials.</summary>
    public HttpClient NewClient() => _api!.NewClient();

    /// <summary>A new tenant with its first administrator, signed in.</summary>
    public Task<SignedIn> SignUpAsync() => SignedIn.UpAsync(NewClient);

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_api is not null)
        {
            await _api.DisposeAsync();
            await PostgresServer.HasBeenLeftAsync(AdminConnectionString);
        }
    }
}
