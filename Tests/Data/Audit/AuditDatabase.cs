using Npgsql;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Tenancy;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Data.Audit;

/// <summary>A migrated database whose trails a class writes, and forges as the superuser.</summary>
public sealed class AuditDatabase(App app) : IAsyncLifetime
{
    private string _admin = "";
    private NpgsqlDataSource _api = null!;

    public async ValueTask InitializeAsync()
    {
        _admin = await app.Postgres.CreateDatabaseAsync();
        _api = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(await app.Postgres.AsAsync(ResourceNames.ApiDatabase, _admin))
        {
            MaxPoolSize = 64,
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await PostgresServer.HasBeenLeftAsync(_admin);
    }

    /// <summary>A connection outside every pool.</summary>
    /// <param name="resource">Whose; the superuser's when null.</param>
    /// <param name="tenant">The session's tenant.</param>
    public async Task<NpgsqlConnection> OpenAsync(string? resource = null, Guid? tenant = null)
    {
        var connection = new NpgsqlConnection(_admin);
        if (resource is null)
        {
            await connection.OpenAsync();
        }
        else
        {
            connection = await app.Postgres.OpenAsync(resource, _admin);
        }

        if (tenant is { } id)
        {
            await ExecuteAsync(connection, TenantCommandInterceptor.SetStatement(id));
        }

        return connection;
    }

    /// <summary>A new tenant with so many entries.</summary>
    public async Task<Guid> TenantAsync(int entries = 0)
    {
        var tenant = Guid.CreateVersion7();
        await ForgeAsync($"""
            INSERT INTO tenants (id, slug, name, state, require_second_factor, second_factor_roles, created_at, updated_at)
            VALUES ('{tenant}', 't-{tenant:n}', 'T', 'active', false, '{"{}"}', now(), now())
            """);
        for (var i = 0; i < entries; i++)
        {
            await AppendAsync(tenant);
        }

        return tenant;
    }

    /// <summary>Appends an entry as <c>app_api</c>, in a transaction of its own.</summary>
    public async Task<long> AppendAsync(Guid tenant)
    {
        await using var connection = await _api.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var seq = await AppendAsync(connection, tenant);
        await transaction.CommitAsync();
        return seq;
    }

    /// <summary>Appends an entry in the connection's transaction.</summary>
    public static async Task<long> AppendAsync(NpgsqlConnection connection, Guid tenant) => (long)(await ExecuteAsync(connection, $$"""
        SELECT set_config('app.tenant_id', '{{tenant}}', true);
        SELECT append_audit(gen_random_uuid(), 'thing.done', 'succeeded', 'user', gen_random_uuid(), 'thing', 'é☃', '{"n": 1.50}',
            '{"b": [true, null], "a": "ü"}', '2001:db8::1', 'agent', gen_random_uuid(), 'request-1')
        """, results: 2))!;

    public async Task<AuditVerification> VerifyAsync(Guid tenant, long after = 0, long? limit = null, AuditAnchor? anchor = null)
    {
        await using var connection = await _api.OpenConnectionAsync();
        return await AuditVerifier.VerifyAsync(connection, tenant, after, limit, anchor, CancellationToken.None);
    }

    /// <summary>Runs a statement as the superuser, for whom nothing is forbidden.</summary>
    public async Task<object?> ForgeAsync(string sql)
    {
        await using var connection = await OpenAsync();
        return await ExecuteAsync(connection, sql);
    }

    public static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql, int results = 1)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        for (var i = 1; i < results; i++)
        {
            await reader.NextResultAsync();
        }

        return await reader.ReadAsync() ? reader.GetValue(0) : null;
    }
}
