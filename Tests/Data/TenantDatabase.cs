using Microsoft.EntityFrameworkCore;
using Npgsql;
using ProductionReady.Data;
using ProductionReady.Data.Contacts;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Data;

/// <summary>A migrated database with two tenants, seen as <c>app_api</c> over a pool of a single connection.</summary>
public sealed class TenantDatabase(App app) : IAsyncLifetime
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private string _admin = "";
    private NpgsqlDataSource _pool = null!;

    /// <summary>One connection, so that whoever comes next gets the very one that was used before.</summary>
    public string ApiConnectionString { get; private set; } = "";

    public Guid Red { get; } = Guid.CreateVersion7();

    public Guid Blue { get; } = Guid.CreateVersion7();

    public async ValueTask InitializeAsync()
    {
        _admin = await app.Postgres.CreateDatabaseAsync();
        ApiConnectionString = new NpgsqlConnectionStringBuilder(await app.Postgres.AsAsync(ResourceNames.ApiDatabase, _admin))
        {
            MaxPoolSize = 1,
            Pooling = true,
        }.ConnectionString;
        _pool = NpgsqlDataSource.Create(ApiConnectionString);
        foreach (var (id, slug) in new[] { (Red, "red"), (Blue, "blue") })
        {
            await using var context = For(id);
            context.Add(new Tenant { Id = id, Slug = slug, Name = slug, CreatedAt = Now, UpdatedAt = Now });
            await context.SaveChangesAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        await PostgresServer.HasBeenLeftAsync(_admin);
    }

    /// <summary>A context of <c>app_api</c> for a tenant, or for none.</summary>
    public AppDbContext For(Guid? tenant, Action<DbContextOptionsBuilder>? configure = null)
    {
        var current = tenant is null ? new TenantContext() : new TenantContext { TenantId = tenant };
        var options = new DbContextOptionsBuilder<AppDbContext>().UseAppDatabase(_pool);
        configure?.Invoke(options);
        return new AppDbContext(options.Options, current);
    }

    /// <summary>A connection without EF Core.</summary>
    /// <param name="resource">Whose; the superuser's unless told otherwise.</param>
    public Task<NpgsqlConnection> OpenAsync(string resource = ResourceNames.AppDatabase) => app.Postgres.OpenAsync(resource, _admin);

    public async Task<Contact> AddContactAsync(Guid tenant, string name, string? email = null)
    {
        await using var context = For(tenant);
        var contact = NewContact(name, email);
        context.Add(contact);
        await context.SaveChangesAsync();
        return contact;
    }

    public static Contact NewContact(string name, string? email = null) =>
        new() { Name = name, Email = email, CreatedAt = Now, UpdatedAt = Now };
}
