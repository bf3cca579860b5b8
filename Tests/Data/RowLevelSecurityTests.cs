using Microsoft.EntityFrameworkCore;
using Npgsql;
using ProductionReady.Data;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Tests.Data;

/// <summary>What the database itself refuses, with nothing of ours in between.</summary>
public sealed class RowLevelSecurityTests(TenantDatabase database) : IClassFixture<TenantDatabase>
{
    [Fact]
    public async Task Every_tenant_owned_table_is_kept_apart_when_the_model_is_walked()
    {
        await using var context = database.For(null);
        await using var connection = await database.OpenAsync(ResourceNames.ApiDatabase);
        TenancyCatalog.TenantOwnedTables(context.Model).ShouldBe(
        [
            "api_keys", "audit_chains", "audit_entries", "contact_allowances", "contacts", "idempotency_keys", "invitations", "oidc_providers",
            "oidc_sign_ins", "password_resets", "recovery_codes", "refresh_tokens", "roles", "second_factors", "sessions",
            "sign_in_challenges", "sign_in_throttles", "tenant_usage", "user_identities", "users",
        ]);
        (await TenancyCatalog.FindViolationsAsync(context.Model, connection, CancellationToken.None)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("ALTER TABLE users NO FORCE ROW LEVEL SECURITY", "users does not both enable and force row-level security")]
    [InlineData("ALTER TABLE users DISABLE ROW LEVEL SECURITY", "users does not both enable and force row-level security")]
    [InlineData("DROP POLICY tenant_isolation ON contacts", "contacts must have the one policy tenant_isolation and has []")]
    [InlineData("CREATE POLICY wide ON contacts USING (true)", "contacts must have the one policy tenant_isolation and has [tenant_isolation, wide]")]
    [InlineData(
        "ALTER TABLE sessions DROP CONSTRAINT pk_sessions CASCADE; ALTER TABLE sessions ALTER COLUMN tenant_id DROP NOT NULL",
        "sessions has no tenant_id of type uuid that is not null")]
    [InlineData("CREATE TABLE notes (tenant_id uuid NOT NULL)", "notes has tenant_id, but its entity is not ITenantOwned")]
    public async Task Walk_names_the_table_when_it_is_not_kept_apart(string change, string violation)
    {
        await using var context = database.For(null);
        await using var admin = await database.OpenAsync();
        await using var transaction = await admin.BeginTransactionAsync();
        await ExecuteAsync(admin, change);
        (await TenancyCatalog.FindViolationsAsync(context.Model, admin, CancellationToken.None)).ShouldBe([violation]);
    }

    [Theory]
    [InlineData("INSERT INTO contacts (tenant_id, id, name, gender, created_at, updated_at) VALUES ($blue, gen_random_uuid(), 'x', 'male', now(), now())")]
    [InlineData("UPDATE contacts SET tenant_id = $blue")]
    [InlineData("INSERT INTO tenants (id, slug, name, state, created_at, updated_at) VALUES (gen_random_uuid(), 'grey', 'x', 'active', now(), now())")]
    [InlineData("SET row_security = off; SELECT * FROM contacts")]
    [InlineData("DELETE FROM tenants")]
    [InlineData("DELETE FROM sessions")]
    [InlineData("SELECT * FROM job_leases")]
    [InlineData("DELETE FROM signing_keys")]
    [InlineData("SELECT tenant_ids_after(NULL, 10)")]
    [InlineData("SET ROLE app_owner")]
    [InlineData("ALTER TABLE contacts NO FORCE ROW LEVEL SECURITY")]
    [InlineData("CREATE TABLE mine (id int)")]
    [InlineData("""SELECT * FROM "__EFMigrationsHistory" """)]
    public async Task Database_refuses_the_api_when_it_reaches_beyond_its_tenant_or_role(string sql)
    {
        await database.AddContactAsync(database.Red, "Bait");
        await using var connection = await OpenApiAsync(database.Red);
        var refused = await Should.ThrowAsync<PostgresException>(
            () => ExecuteAsync(connection, sql.Replace("$blue", $"'{database.Blue}'")));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, refused.MessageText);
    }

    [Theory]
    [InlineData("SELECT * FROM contacts WHERE tenant_id = $blue")]
    [InlineData("UPDATE contacts SET name = 'stolen' WHERE tenant_id = $blue RETURNING 1")]
    [InlineData("DELETE FROM contacts WHERE tenant_id = $blue RETURNING 1")]
    [InlineData("UPDATE tenants SET name = 'stolen' WHERE id = $blue RETURNING 1")]
    public async Task Database_finds_nothing_when_the_api_asks_for_another_tenants_rows(string sql)
    {
        await database.AddContactAsync(database.Blue, "Prey");
        await using var connection = await OpenApiAsync(database.Red);
        (await ExecuteAsync(connection, $"WITH touched AS ({sql.Replace("$blue", $"'{database.Blue}'")}) SELECT count(*) FROM touched")).ShouldBe(0L);
        await using var blue = database.For(database.Blue);
        (await blue.Contacts.AnyAsync(contact => contact.Name == "Prey")).ShouldBeTrue();
        (await blue.Tenants.SingleAsync()).Name.ShouldBe("blue");
    }

    [Fact]
    public async Task Foreign_key_refuses_when_a_session_names_another_tenants_user()
    {
        var user = Guid.CreateVersion7();
        await using var blue = await OpenApiAsync(database.Blue);
        await ExecuteAsync(blue, $"""
            INSERT INTO users (tenant_id, id, email, display_name, password_hash, roles, state, created_at, updated_at)
            VALUES ('{database.Blue}', '{user}', 'b@example.com', 'b', '-', ARRAY['user'], 'active', now(), now())
            """);
        await using var red = await OpenApiAsync(database.Red);
        var refused = await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(red, $"""
            INSERT INTO sessions (tenant_id, id, user_id, created_at, last_used_at, expires_at)
            VALUES ('{database.Red}', gen_random_uuid(), '{user}', now(), now(), now())
            """));
        refused.SqlState.ShouldBe(PostgresErrorCodes.ForeignKeyViolation);
    }

    [Fact]
    public async Task Directory_finds_a_tenant_by_slug_when_nobody_is_signed_in()
    {
        await using var nobody = database.For(null);
        var directory = new TenantDirectory(nobody);
        (await directory.FindBySlugAsync("blue", CancellationToken.None)).ShouldBe(database.Blue);
        (await directory.FindBySlugAsync("green", CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task Directory_lists_tenants_in_pages_when_the_worker_asks()
    {
        await using var worker = await database.OpenAsync(ResourceNames.WorkerDatabase);
        await using var context = new AppDbContext(
            new DbContextOptionsBuilder<AppDbContext>().UseAppDatabase(worker).Options, new TenantContext());
        var directory = new TenantDirectory(context);
        var first = await directory.ListAfterAsync(null, 1, CancellationToken.None);
        var rest = await directory.ListAfterAsync(first.Single(), 10, CancellationToken.None);
        first.Concat(rest).ShouldBe(new[] { database.Red, database.Blue }.Order());
    }

    [Fact]
    public async Task Backup_role_sees_all_tenants_and_changes_nothing_when_it_dumps()
    {
        await database.AddContactAsync(database.Red, "Dumped");
        await using var backup = await database.OpenAsync(ResourceNames.BackupDatabase);
        (await ExecuteAsync(backup, "SET row_security = off; SELECT count(*) FROM tenants")).ShouldBe(2L);
        var refused = await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(backup, "DELETE FROM contacts"));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    private async Task<NpgsqlConnection> OpenApiAsync(Guid tenant)
    {
        var connection = await database.OpenAsync(ResourceNames.ApiDatabase);
        await ExecuteAsync(connection, TenantCommandInterceptor.SetStatement(tenant));
        return connection;
    }

    private static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
