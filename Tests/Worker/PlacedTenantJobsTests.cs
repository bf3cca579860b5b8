using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Npgsql;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker;

/// <summary>What the Worker does for a tenant that lives in a database of its own.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PlacedTenantJobsTests(WorkerFixture worker, App app) : IClassFixture<WorkerFixture>
{
    [Fact]
    public async Task Worker_measures_verifies_cleans_and_erases_a_placed_tenant_where_it_lives()
    {
        var tenant = await TenantAsync("placed", contacts: 30);
        var spared = await TenantAsync("athome", contacts: 3);
        var move = await MigrationRun.OfAsync(worker.AdminConnectionString, app, "place", "placed");
        move.ExitCode.ShouldBe(0, move.Output);
        var own = new NpgsqlConnectionStringBuilder(worker.AdminConnectionString) { Database = "tenant_placed" }.ConnectionString;
        await RunAsync(own, "UPDATE sessions SET expires_at = now() - interval '1 year'; UPDATE tenants SET name = 'Changed by hand'");
        await RunAsync(own, "INSERT INTO revocations (id, subject, below_version, until) VALUES (gen_random_uuid(), gen_random_uuid(), 1, now() - interval '1 minute')");

        using (var running = worker.Start(
            [],
            ("Tenants__Usage__Schedule", "* * * * * ?"), ("Tenants__Directory__Schedule", "* * * * * ?"),
            ("Maintenance__TokenCleanup__Schedule", "* * * * * ?"), ("Audit__VerificationSchedule", "* * * * * ?"), ("Audit__PartitionSchedule", "* * * * * ?")))
        {
            await Eventually.BecomesTrueAsync("home shows what it uses and is called", TimeSpan.FromSeconds(60), async () =>
                await worker.QueryAsync<long>($"SELECT count(*) FROM tenants t JOIN tenant_usage u ON u.tenant_id = t.id WHERE t.id = '{tenant}' AND t.name = 'Changed by hand' AND u.contacts = 30") == 1);
            await Eventually.BecomesTrueAsync("what expired is gone", TimeSpan.FromSeconds(60), async () =>
                await QueryAsync(own, "SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM revocations WHERE until < now())") == 0);
            await Eventually.BecomesTrueAsync("its trail was verified there", TimeSpan.FromSeconds(60), async () =>
                await QueryAsync(own, "SELECT count(*) FROM audit_chains WHERE verified_seq > 0") == 1);
            (await running.StopAsync()).ExitCode.ShouldBe(0);
        }

        var backup = await worker.RunAsync("backup", "dump");
        backup.ExitCode.ShouldBe(0, backup.Output);
        var dump = JsonNode.Parse((await worker.RunAsync("backup", "list", "--json")).Output)!.AsArray().Single()!["backup"]!;
        Contacts(dump, own: true).ShouldBe(30);
        Contacts(dump, own: false).ShouldBe(3);
        var restored = await worker.RunAsync("backup", "test-restore", (string)dump["id"]!);
        restored.ExitCode.ShouldBe(0, restored.Output);

        var verified = await worker.RunAsync("audit", "verify", "--tenant", "placed");
        verified.ExitCode.ShouldBe(0, verified.Output);
        verified.Output.ShouldContain("sound");

        var erased = await worker.RunAsync("tenants", "erase", "placed", "--yes");

        erased.ExitCode.ShouldBe(0, erased.Output);
        (await QueryAsync(own, "SELECT (SELECT count(*) FROM tenants) + (SELECT count(*) FROM users) + (SELECT count(*) FROM contacts) + (SELECT count(*) FROM audit_entries)")).ShouldBe(0);
        (await worker.QueryAsync<long>($"SELECT (SELECT count(*) FROM tenants WHERE id = '{tenant}') + (SELECT count(*) FROM tenant_usage WHERE tenant_id = '{tenant}')")).ShouldBe(0);
        (await worker.QueryAsync<bool>($"SELECT erased_at IS NOT NULL AND (rows_before ->> 'contacts')::int = 30 FROM tombstones WHERE id = '{tenant}'")).ShouldBeTrue();
        (await worker.QueryAsync<long>($"SELECT count(*) FROM contacts WHERE tenant_id = '{spared}'")).ShouldBe(3);
        (await worker.RunAsync("tenants", "erase", "placed", "--yes")).ExitCode.ShouldBe(1, "it is gone");
    }

    private static long Contacts(JsonNode dump, bool own) =>
        (long)dump["ledgers"]!.AsArray().Single(ledger => (bool)ledger!["own"]! == own)!["tables"]!.AsArray().Single(table => (string)table!["table"]! == "public.contacts")!["rows"]!;

    private async Task<Guid> TenantAsync(string slug, int contacts)
    {
        var id = Guid.CreateVersion7();
        await worker.ExecuteAsync($"""
            INSERT INTO tenants (id, slug, name, state, created_at, updated_at) VALUES ('{id}', '{slug}', 'T', 'active', now(), now());
            INSERT INTO users (id, tenant_id, email, display_name, roles, state, created_at, updated_at) VALUES ('{id}', '{id}', 'a@x.example', 'A', ARRAY['admin'], 'active', now(), now());
            INSERT INTO sessions (id, tenant_id, user_id, created_at, last_used_at, expires_at) VALUES (gen_random_uuid(), '{id}', '{id}', now(), now(), now() + interval '1 day');
            INSERT INTO contacts (tenant_id, id, name, email, gender, created_at, updated_at)
            SELECT '{id}', gen_random_uuid(), 'Contact ' || i, 'c' || i || '@x.example', 'unspecified', now(), now() FROM generate_series(1, {contacts}) i;
            SET app.tenant_id = '{id}';
            SELECT append_audit(gen_random_uuid(), 'tenant.created', 'succeeded', 'system', NULL, 'tenant', '{id}', NULL, NULL, NULL, NULL, NULL, NULL);
            """);
        return id;
    }

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> QueryAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
