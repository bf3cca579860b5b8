using Microsoft.EntityFrameworkCore;
using Npgsql;
using ProductionReady.Data;
using ProductionReady.Data.Tenancy;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Data;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Isolation;

/// <summary>
/// Two tenants that each have a row in every tenant-owned table of the model. Whoever adds such a table adds its row here, else
/// every test of isolation fails: from an empty table nobody can steal.
/// </summary>
public sealed class ForeignRows(App app) : IAsyncLifetime
{
    private static readonly string[] Seeds =
    [
        """
        INSERT INTO users (tenant_id, id, email, display_name, password_hash, roles, state, created_at, updated_at)
        VALUES ($tenant, $id, 'secret@x.example', 'Secret', '-', '{admin}', 'active', now(), now())
        """,
        """
        INSERT INTO sessions (tenant_id, id, user_id, created_at, last_used_at, expires_at)
        VALUES ($tenant, $id, $id, now(), now(), now() + interval '1 day')
        """,
        "INSERT INTO refresh_tokens (tenant_id, id, session_id, token_hash, created_at, expires_at) VALUES ($tenant, $id, $id, $hash, now(), now() + interval '1 day')",
        "INSERT INTO roles (tenant_id, name, description, permissions, created_at, updated_at) VALUES ($tenant, 'secret', '', '{}', now(), now())",
        """
        INSERT INTO invitations (tenant_id, id, email, roles, token_hash, invited_by, created_at, expires_at)
        VALUES ($tenant, $id, 'invited@x.example', '{user}', $hash, $id, now(), now() + interval '1 day')
        """,
        "INSERT INTO api_keys (tenant_id, id, name, hint, secret_hash, scopes, created_by, created_at) VALUES ($tenant, $id, 'Secret', 'hint', $hash, '{}', $id, now())",
        "INSERT INTO second_factors (tenant_id, user_id, wrapped_secret, created_at, last_step) VALUES ($tenant, $id, $hash, now(), 0)",
        "INSERT INTO recovery_codes (tenant_id, id, user_id, code_hash) VALUES ($tenant, $id, $id, $hash)",
        """
        INSERT INTO sign_in_challenges (tenant_id, id, user_id, method, token_hash, created_at, expires_at, failed_attempts)
        VALUES ($tenant, $id, $id, 'password', $hash, now(), now() + interval '1 day', 0)
        """,
        "INSERT INTO password_resets (tenant_id, id, user_id, token_hash, created_at, expires_at) VALUES ($tenant, $id, $id, $hash, now(), now() + interval '1 day')",
        "INSERT INTO sign_in_throttles (tenant_id, subject, failures, last_failed_at, blocked_until) VALUES ($tenant, $hash, 1, now(), now())",
        """
        INSERT INTO contacts (tenant_id, id, name, email, gender, created_at, updated_at)
        VALUES ($tenant, $id, 'Secret', 'contact@x.example', 'unspecified', now(), now())
        """,
        """
        INSERT INTO idempotency_keys (tenant_id, subject_id, key, fingerprint, status_code, body, created_at, expires_at)
        VALUES ($tenant, $id, 'key', $hash, 200, 'secret', now(), now() + interval '1 day')
        """,
        """
        INSERT INTO oidc_providers (
            tenant_id, id, name, display_name, issuer, client_id, scopes, redirect_uris, role_map, default_roles, provisioning, link_by_email,
            enabled, created_at, updated_at)
        VALUES ($tenant, $id, 'secret', 'Secret', 'https://secret.example', 'secret', '{openid}', '{https://secret.example}', '{}', '{}', 'none', false, true, now(), now())
        """,
        "INSERT INTO user_identities (tenant_id, provider_id, subject, user_id, email_at_link, created_at, last_used_at) VALUES ($tenant, $id, 'secret', $id, '', now(), now())",
        """
        INSERT INTO oidc_sign_ins (tenant_id, id, provider_id, token_hash, state_hash, nonce, wrapped_code_verifier, redirect_uri, created_at, expires_at)
        VALUES ($tenant, $id, $id, $hash, $hash, 'secret', $hash, 'https://secret.example', now(), now() + interval '1 day')
        """,
        "INSERT INTO contact_allowances (tenant_id, bound, limit_changed_at) VALUES ($tenant, 1, now())",
        """
        INSERT INTO tenant_usage (tenant_id, users, contacts, storage_bytes, sign_ins_a_day, sign_ins_a_month, measured_at)
        VALUES ($tenant, 1, 1, 1, 1, 1, now())
        """,
        "SELECT set_config('app.tenant_id', $tenant::text, false), append_audit($id, 'user.created', 'succeeded', 'user', $id, 'user', 'secret', NULL, NULL, NULL, NULL, NULL, NULL)",
    ];

    private readonly TenantDatabase _tenants = new(app);

    /// <summary>The thief.</summary>
    public Guid Red => _tenants.Red;

    /// <summary>The victim.</summary>
    public Guid Blue => _tenants.Blue;

    /// <summary>The victim's ids, wherever a table has an id.</summary>
    public Guid BlueId { get; } = Guid.CreateVersion7();

    /// <summary>To a pool of one connection.</summary>
    public string ApiConnectionString => _tenants.ApiConnectionString;

    /// <summary>Every tenant-owned table of the model.</summary>
    public static IReadOnlyList<string> Tables => TenancyCatalog.TenantOwnedTables(Model);

    /// <summary>The model, read without a database.</summary>
    public static Microsoft.EntityFrameworkCore.Metadata.IModel Model
    {
        get
        {
            using var context = new AppDbContext(new DbContextOptionsBuilder<AppDbContext>().UseAppDatabase("Host=nowhere").Options, new TenantContext());
            return context.Model;
        }
    }

    public async ValueTask InitializeAsync()
    {
        await _tenants.InitializeAsync();
        await using var admin = await _tenants.OpenAsync();
        foreach (var (tenant, id) in new[] { (Red, Guid.CreateVersion7()), (Blue, BlueId) })
        {
            await SeedAsync(admin, tenant, id);
        }

        foreach (var table in Tables)
        {
            foreach (var tenant in new[] { Red, Blue })
            {
                (await ExecuteAsync(admin, $"SELECT count(*) FROM {table} WHERE tenant_id = '{tenant}'"))
                    .ShouldBe(1L, $"{nameof(ForeignRows)} needs a row of {table} for each tenant, or nothing is proven about it.");
            }
        }
    }

    public ValueTask DisposeAsync() => _tenants.DisposeAsync();

    /// <summary>Gives a tenant a row in every tenant-owned table.</summary>
    /// <param name="admin">The superuser's connection.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The rows' id, wherever a table has one.</param>
    internal static async Task SeedAsync(NpgsqlConnection admin, Guid tenant, Guid id)
    {
        foreach (var seed in Seeds)
        {
            await ExecuteAsync(admin, seed.Replace("$tenant", $"'{tenant}'::uuid").Replace("$id", $"'{id}'::uuid").Replace("$hash", $"sha256('{id}')"));
        }
    }

    /// <summary>A context of <c>app_api</c> for a tenant, or for none, over the pool of one connection.</summary>
    public AppDbContext For(Guid? tenant) => _tenants.For(tenant);

    /// <summary>A connection of <c>app_api</c> for a tenant, outside every pool.</summary>
    public async Task<NpgsqlConnection> OpenAsync(Guid? tenant)
    {
        var connection = await _tenants.OpenAsync(ResourceNames.ApiDatabase);
        if (tenant is { } id)
        {
            await ExecuteAsync(connection, TenantCommandInterceptor.SetStatement(id));
        }

        return connection;
    }

    /// <summary>Fails unless the victim's row of the table is there, as it was made.</summary>
    public async Task ShouldBeUntouchedAsync(string table)
    {
        await using var admin = await _tenants.OpenAsync();
        (await ExecuteAsync(admin, $"SELECT count(*) FROM {table} WHERE tenant_id = '{Blue}'")).ShouldBe(1L, table);
    }

    public static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>The first value of a statement, or null when the role may not run it at all.</summary>
    public static async Task<object?> TryAsync(NpgsqlConnection connection, string sql)
    {
        try
        {
            return await ExecuteAsync(connection, sql);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return null;
        }
    }
}
