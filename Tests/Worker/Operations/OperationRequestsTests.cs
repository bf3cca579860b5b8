using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using ProductionReady.Tests.Fixtures;
using ProductionReady.Tests.Isolation;
using ProductionReady.Tests.Worker.Backups;
using ProductionReady.Tests.Worker.Backups.OneTenant;
using ProductionReady.Tests.Worker.Backups.Restore;

namespace ProductionReady.Tests.Worker.Operations;

/// <summary>What the Api writes down is taken up by the real Worker, with a base backup and a recovery of a real server.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OperationRequestsTests(App app)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Backup_and_restore_that_were_asked_for_are_done_and_the_tenant_is_brought_back_from_store_and_spool()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        var tenant = await TenantAsync(cluster.Server, "mistaken");
        var other = await TenantAsync(cluster.Server, "other");
        await using var log = await ReceivedLog.StartAsync(cluster);
        using var worker = cluster.Start([], ("Backups__Wal__Enabled", "false"));
        using var idle = cluster.Start([], ("Backups__Wal__Enabled", "false"));

        var backup = await AskAsync(cluster.Server, "'backup', 'waiting', now(), NULL, NULL");
        var made = await DoneAsync(cluster.Server, backup);
        var id = (string)made["outcome"]!["backupId"]!;
        (await cluster.Server.QueryAsync<long>("SELECT count(*) FROM job_runs WHERE job = 'base-backup'")).ShouldBe(1, "two Workers make one backup");
        await Eventually.BecomesTrueAsync("the backup is published", Bound, async () =>
            await cluster.Server.QueryAsync<bool>($"SELECT EXISTS (SELECT FROM published_backups WHERE kind = 'base' AND id = '{id}' AND bytes > 100000 AND verified)"));
        await Eventually.BecomesTrueAsync("it stands well with the age", Bound, async () =>
            await cluster.Server.QueryAsync<bool>("SELECT count(*) = 2 FROM operation_health WHERE name = 'backup-age' AND state = 'healthy' AND checked_at > now() - interval '30 seconds'"));

        await cluster.Server.ExecuteAsync($"INSERT INTO contacts (tenant_id, id, name, gender, created_at, updated_at) VALUES ('{tenant}', gen_random_uuid(), 'After the backup', 'female', now(), now())");
        var then = await ThenAndNow.RowsAsync(cluster.Server, tenant);
        var before = await cluster.Server.QueryAsync<DateTime>("SELECT clock_timestamp()");
        await cluster.Server.ExecuteAsync($"UPDATE contacts SET name = 'Oops' WHERE tenant_id IN ('{tenant}', '{other}')");
        var others = await ThenAndNow.RowsAsync(cluster.Server, other);
        await log.CaughtUpAsync();

        var restore = await AskAsync(cluster.Server, $"'restore', 'waiting', now(), '{tenant}', '{before:O}'");
        var known = await DoneAsync(cluster.Server, restore);
        ((string)known["outcome"]!["baseBackup"]!).ShouldBe(id);
        ((long)known["outcome"]!["tables"]!.AsArray().Single(table => (string)table!["table"]! == "contacts")!["change"]!).ShouldBe(2);
        (await ThenAndNow.RowsAsync(cluster.Server, tenant)).ShouldNotBe(then, "asking changes nothing");

        cluster.Configuration["ConnectionStrings__appdb"] = cluster.Server.AdminConnectionString;
        var done = await cluster.RunAsync("restore-tenant", "--request", restore.ToString(), "--confirm");
        done.ExitCode.ShouldBe(0, done.Output);
        TenantRestoreTests.Difference(done, "contacts").ShouldBe((0, 2, 0));
        (await ThenAndNow.RowsAsync(cluster.Server, tenant)).ShouldBe(then);
        (await ThenAndNow.RowsAsync(cluster.Server, other)).ShouldBe(others);
        (await RequestAsync(cluster.Server, restore))["state"]!.GetValue<string>().ShouldBe("applied");
        (await cluster.RunAsync("restore-tenant", "--request", restore.ToString(), "--confirm")).Output.ShouldContain("was applied already");

        var late = await AskAsync(cluster.Server, $"'restore', 'waiting', now(), '{tenant}', '{DateTime.UtcNow.AddDays(-30):O}'");
        ((string)(await RequestEndedAsync(cluster.Server, late))["problem"]!).ShouldNotBeNullOrEmpty("there is no backup that old");
        (await worker.StopAsync()).ExitCode.ShouldBe(0);
        (await idle.StopAsync()).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Request_that_a_killed_Worker_had_begun_is_done_by_another()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        var backup = await AskAsync(cluster.Server, "'backup', 'waiting', now(), NULL, NULL");
        using (var killed = cluster.Start([], ("Backups__Wal__Enabled", "false")))
        {
            await Eventually.BecomesTrueAsync("it is begun", Bound, async () => (string)(await RequestAsync(cluster.Server, backup))["state"]! == "running");
            killed.Kill();
        }

        using var survivor = cluster.Start([], ("Backups__Wal__Enabled", "false"));
        var made = await DoneAsync(cluster.Server, backup);
        ((int)made["attempts"]!).ShouldBe(2);
        (await survivor.StopAsync()).ExitCode.ShouldBe(0);
    }

    private static async Task<Guid> TenantAsync(OwnCluster server, string slug)
    {
        var id = Guid.CreateVersion7();
        await server.ExecuteAsync($"INSERT INTO tenants (id, slug, name, state, created_at, updated_at) VALUES ('{id}', '{slug}', 'T', 'active', now(), now())");
        await using var admin = new Npgsql.NpgsqlConnection(server.AdminConnectionString);
        await admin.OpenAsync();
        await ForeignRows.SeedAsync(admin, id, id);
        return id;
    }

    private static async Task<Guid> AskAsync(OwnCluster server, string values)
    {
        var id = Guid.CreateVersion7();
        await server.ExecuteAsync($"INSERT INTO operation_requests (id, kind, state, requested_at, tenant, restore_to) VALUES ('{id}', {values})");
        return id;
    }

    private static async Task<JsonNode> RequestAsync(OwnCluster server, Guid id) =>
        JsonNode.Parse(await server.QueryAsync<string>($"SELECT to_jsonb(r)::text FROM operation_requests r WHERE id = '{id}'"))!;

    private static async Task<JsonNode> RequestEndedAsync(OwnCluster server, Guid id)
    {
        await Eventually.BecomesTrueAsync("the request is ended", Bound, async () => (await RequestAsync(server, id))["finished_at"] is not null);
        return await RequestAsync(server, id);
    }

    private static async Task<JsonNode> DoneAsync(OwnCluster server, Guid id)
    {
        var request = await RequestEndedAsync(server, id);
        ((string)request["state"]!).ShouldBe("succeeded", request.ToJsonString());
        return request;
    }
}
