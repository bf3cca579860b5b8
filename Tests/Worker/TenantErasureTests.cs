using System.Text.Json.Nodes;
using Npgsql;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker;

public sealed class TenantErasureTests(WorkerFixture worker, App app) : IClassFixture<WorkerFixture>
{
    [Fact]
    public async Task Erasure_leaves_nothing_but_a_tombstone_with_the_counts_before_and_after_and_no_other_tenant_loses_a_row()
    {
        var tenant = await TenantAsync("erased", contacts: 50);
        var other = await TenantAsync("spared", contacts: 7);

        var refused = await worker.RunAsync("tenants", "erase", "erased");
        refused.ExitCode.ShouldBe(1, refused.Output);
        (await RowsAsync(tenant)).ShouldBeGreaterThan(50);
        var run = await worker.RunAsync("tenants", "erase", "erased", "--yes");
        run.ExitCode.ShouldBe(0, run.Output);

        (await RowsAsync(tenant)).ShouldBe(0);
        (await RowsAsync(other)).ShouldBeGreaterThan(7);
        var file = await TombstoneAsync(tenant);
        ((long)file["rowsBefore"]!["contacts"]!).ShouldBe(50);
        ((long)file["rowsBefore"]!["tenants"]!).ShouldBe(1);
        file["rowsAfter"]!.AsObject().Select(table => (long)table.Value!).ShouldAllBe(rows => rows == 0);
        file["erasedAt"].ShouldNotBeNull();
        (await worker.QueryAsync<bool>($"SELECT erased_at IS NOT NULL AND slug_hash = sha256('erased') AND (rows_before ->> 'contacts')::int = 50 FROM tombstones WHERE id = '{tenant}'")).ShouldBeTrue();
        (await worker.QueryAsync<long>($"SELECT count(DISTINCT subject) FROM revocations WHERE subject IN ('{tenant}', '{Session(tenant)}')")).ShouldBe(2);
        (await worker.RunAsync("tenants", "tombstones")).Output.ShouldContain(tenant.ToString());
        (await worker.RunAsync("tenants", "erase", "erased", "--yes")).ExitCode.ShouldBe(1, "it is gone");
    }

    [Fact]
    public async Task Erasure_waits_for_the_grace_and_comes_by_itself_then()
    {
        var waiting = await TenantAsync("waiting", contacts: 1);
        var due = await TenantAsync("due", contacts: 1);
        await worker.ExecuteAsync($"UPDATE tenants SET state = 'closing', erase_after = now() + interval '1 day' WHERE id = '{waiting}'; UPDATE tenants SET state = 'closing', erase_after = now() WHERE id = '{due}'");
        using var running = worker.Start([], ("Tenants__Erasure__Schedule", "* * * * * ?"));
        await Eventually.BecomesTrueAsync("the one whose time has come is gone", TimeSpan.FromSeconds(60), async () => await RowsAsync(due) == 0);
        (await RowsAsync(waiting)).ShouldBeGreaterThan(1);
        (await running.StopAsync()).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Erasure_is_finished_by_another_Worker_when_one_is_killed_and_the_proof_keeps_the_counts_of_the_beginning()
    {
        const int contacts = 60_000;
        var tenant = await TenantAsync("killed", contacts);
        await worker.ExecuteAsync($"UPDATE tenants SET state = 'closing', erase_after = now() WHERE id = '{tenant}'");
        (string, string)[] slowly = [("Tenants__Erasure__Schedule", "* * * * * ?"), ("Tenants__Erasure__BatchSize", "20")];
        using (var killed = worker.Start([], slowly))
        {
            await Eventually.BecomesTrueAsync("it has deleted some contacts", TimeSpan.FromSeconds(60), async () =>
                await worker.QueryAsync<long>($"SELECT count(*) FROM contacts WHERE tenant_id = '{tenant}'") is > 0 and < contacts);
            killed.Kill();
        }

        (await worker.QueryAsync<long>($"SELECT count(*) FROM contacts WHERE tenant_id = '{tenant}'")).ShouldBeGreaterThan(0, "it was killed in the middle");
        (await TombstoneAsync(tenant))["erasedAt"].ShouldBeNull();
        using var survivor = worker.Start([], ("Tenants__Erasure__Schedule", "* * * * * ?"));
        await Eventually.BecomesTrueAsync("nothing is left", TimeSpan.FromSeconds(90), async () => await RowsAsync(tenant) == 0);
        await Eventually.BecomesTrueAsync("the file says so", TimeSpan.FromSeconds(30), async () => (await TombstoneAsync(tenant))["erasedAt"] is not null);
        ((long)(await TombstoneAsync(tenant))["rowsBefore"]!["contacts"]!).ShouldBe(contacts);
        (await survivor.StopAsync()).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Restored_backup_is_shut_and_the_tenant_erased_again_when_the_Worker_starts()
    {
        var tenant = await TenantAsync("restored", contacts: 5);
        var backup = $"backup_{Guid.NewGuid():n}";
        await CopyAsync(worker.AdminConnectionString, backup);
        (await worker.RunAsync("tenants", "erase", "restored", "--yes")).ExitCode.ShouldBe(0);

        var restored = new NpgsqlConnectionStringBuilder(worker.AdminConnectionString) { Database = backup }.ConnectionString;
        (await QueryAsync<string>(restored, $"SELECT state FROM tenants WHERE id = '{tenant}'")).ShouldBe("active", "the backup brought it back");

        // Migrating is what comes before all services start: from then on nobody is let in.
        var up = await MigrateAsync(restored);
        up.ExitCode.ShouldBe(0, up.Output);
        (await QueryAsync<string>(restored, $"SELECT state FROM tenants WHERE id = '{tenant}'")).ShouldBe("closing");

        using var running = worker.Start([], [.. Connections(backup)]);
        await Eventually.BecomesTrueAsync("it is gone again", TimeSpan.FromSeconds(60), async () =>
            await QueryAsync<long>(restored, $"SELECT (SELECT count(*) FROM tenants WHERE id = '{tenant}') + (SELECT count(*) FROM contacts WHERE tenant_id = '{tenant}')") == 0);
        await Eventually.BecomesTrueAsync("the file tells of the second time", TimeSpan.FromSeconds(30), async () =>
            (await TombstoneAsync(tenant))["again"]!.AsArray() is [{ } again] && again["erasedAt"] is not null);
        var file = await TombstoneAsync(tenant);
        ((long)file["rowsBefore"]!["contacts"]!).ShouldBe(5);
        ((long)file["again"]![0]!["rowsBefore"]!["contacts"]!).ShouldBe(5);
        (await running.StopAsync()).ExitCode.ShouldBe(0);
        await PostgresServer.HasBeenLeftAsync(restored);
    }

    [Fact]
    public async Task Restored_backup_is_erased_by_the_Worker_alone_when_nothing_was_migrated()
    {
        var tenant = await TenantAsync("unmigrated", contacts: 5);
        var backup = $"backup_{Guid.NewGuid():n}";
        await CopyAsync(worker.AdminConnectionString, backup);
        (await worker.RunAsync("tenants", "erase", "unmigrated", "--yes")).ExitCode.ShouldBe(0);
        using var running = worker.Start([], [.. Connections(backup)]);
        var restored = new NpgsqlConnectionStringBuilder(worker.AdminConnectionString) { Database = backup }.ConnectionString;
        await Eventually.BecomesTrueAsync("it is gone again", TimeSpan.FromSeconds(60), async () =>
            await QueryAsync<long>(restored, $"SELECT count(*) FROM tenants WHERE id = '{tenant}'") == 0);
        (await running.StopAsync()).ExitCode.ShouldBe(0);
        await PostgresServer.HasBeenLeftAsync(restored);
    }

    [Fact]
    public async Task Usage_is_measured_of_every_tenant()
    {
        var tenant = await TenantAsync("measured", contacts: 300);
        using var running = worker.Start([], ("Tenants__Usage__Schedule", "* * * * * ?"));
        await Eventually.BecomesTrueAsync("it is measured", TimeSpan.FromSeconds(60), async () =>
            await worker.QueryAsync<long>($"SELECT count(*) FROM tenant_usage WHERE tenant_id = '{tenant}' AND contacts = 300 AND users = 1 AND sign_ins_a_day = 1 AND storage_bytes BETWEEN 20000 AND 200000") == 1);
        (await running.StopAsync()).ExitCode.ShouldBe(0);
    }

    private static Guid Session(Guid tenant) => new([.. tenant.ToByteArray().Reverse()]);

    /// <summary>A tenant with a user, a session, an audit trail and contacts.</summary>
    private async Task<Guid> TenantAsync(string slug, int contacts)
    {
        var id = Guid.CreateVersion7();
        await worker.ExecuteAsync($"""
            INSERT INTO tenants (id, slug, name, state, created_at, updated_at) VALUES ('{id}', '{slug}', 'T', 'active', now(), now());
            INSERT INTO users (id, tenant_id, email, display_name, roles, state, created_at, updated_at) VALUES ('{id}', '{id}', 'a@x.example', 'A', ARRAY['admin'], 'active', now(), now());
            INSERT INTO sessions (id, tenant_id, user_id, created_at, last_used_at, expires_at) VALUES ('{Session(id)}', '{id}', '{id}', now(), now(), now() + interval '1 day');
            INSERT INTO contacts (tenant_id, id, name, email, gender, created_at, updated_at)
            SELECT '{id}', gen_random_uuid(), 'Contact ' || i, 'c' || i || '@x.example', 'unspecified', now(), now() FROM generate_series(1, {contacts}) i;
            SET app.tenant_id = '{id}';
            SELECT append_audit(gen_random_uuid(), 'tenant.created', 'succeeded', 'system', NULL, 'tenant', '{id}', NULL, NULL, NULL, NULL, NULL, NULL);
            """);
        return id;
    }

    private async Task<long> RowsAsync(Guid tenant)
    {
        long rows = 0;
        foreach (var table in (string[])["tenants", "users", "sessions", "contacts", "audit_entries", "audit_chains", "tenant_usage"])
        {
            rows += await worker.QueryAsync<long>($"SELECT count(*) FROM {table} WHERE {(table == "tenants" ? "id" : "tenant_id")} = '{tenant}'");
        }

        return rows;
    }

    private async Task<JsonObject> TombstoneAsync(Guid tenant) =>
        JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(worker.BackupFolder, "tombstones", $"{tenant}.json")))!.AsObject();

    /// <summary>As a dump and its restore would: the database as it is now, under another name.</summary>
    private static async Task CopyAsync(string from, string to)
    {
        await PostgresServer.HasBeenLeftAsync(from);
        var server = new NpgsqlConnectionStringBuilder(from);
        var database = server.Database;
        server.Database = "postgres";
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {to} TEMPLATE {database}", connection);
        await command.ExecuteNonQueryAsync();
    }

    private IEnumerable<(string, string)> Connections(string database) => worker.Configuration
        .Where(pair => pair.Key.StartsWith("ConnectionStrings__", StringComparison.Ordinal))
        .Select(pair => (pair.Key, new NpgsqlConnectionStringBuilder(pair.Value) { Database = database }.ConnectionString));

    private async Task<ServiceRun> MigrateAsync(string admin)
    {
        var environment = await MigrationRun.EnvironmentAsync(admin, app);
        environment["Backups__Folder"] = worker.BackupFolder;
        return await ServiceRun.OfAsync("MigrationService", environment, "up");
    }

    private static async Task<T> QueryAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
