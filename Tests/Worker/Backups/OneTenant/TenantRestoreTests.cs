using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Npgsql;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups.OneTenant;

[UnsupportedOSPlatform("windows")]
public sealed class TenantRestoreTests(ThenAndNow servers) : IClassFixture<ThenAndNow>
{
    [Fact]
    public async Task Bad_update_of_one_tenant_is_undone_while_the_others_keep_writing()
    {
        var tenant = servers.Tenants["mistaken"];
        await servers.Now.ExecuteAsync($"""
            DELETE FROM contacts WHERE tenant_id = '{tenant}' AND name IN ('Contact 1', 'Contact 2', 'Contact 3');
            UPDATE contacts SET name = 'Oops', updated_at = now() WHERE tenant_id = '{tenant}' AND name LIKE 'Contact 1%';
            UPDATE contacts SET email = NULL WHERE tenant_id = '{tenant}' AND email IN ('c20@x.example', 'c21@x.example');
            UPDATE contacts SET email = CASE name WHEN 'Contact 20' THEN 'c21@x.example' ELSE 'c20@x.example' END WHERE tenant_id = '{tenant}' AND name IN ('Contact 20', 'Contact 21');
            INSERT INTO contacts (tenant_id, id, name, email, gender, created_at, updated_at)
            SELECT '{tenant}', gen_random_uuid(), 'New', e, 'female', now(), now() FROM (VALUES ('c1@x.example'), ('new@x.example')) AS t (e)
            """);
        using var stop = new CancellationTokenSource();
        var writers = new[] { "writing", "busy" }.Select(slug => WriteAsync(servers.Tenants[slug], stop.Token)).ToList();

        var shown = await servers.RestoreAsync("mistaken");
        shown.ExitCode.ShouldBe(0, shown.Output);
        Difference(shown, "contacts").ShouldBe((3, 112, 2));
        (await ThenAndNow.RowsAsync(servers.Now, tenant)).ShouldContain("Oops", Case.Sensitive, "nothing is changed before it is confirmed");
        var done = await servers.RestoreAsync(tenant.ToString(), "--confirm");
        await stop.CancelAsync();
        var written = await Task.WhenAll(writers);

        done.ExitCode.ShouldBe(0, done.Output);
        Difference(done, "contacts").ShouldBe((3, 112, 2));
        (await ThenAndNow.RowsAsync(servers.Now, tenant)).ShouldBe(await ThenAndNow.RowsAsync(servers.Then, tenant));
        written.ShouldAllBe(names => names.Count > 0);
        for (var i = 0; i < written.Length; i++)
        {
            var other = servers.Tenants[new[] { "writing", "busy" }[i]];
            (await servers.Now.QueryAsync<string[]>($"SELECT array_agg(name) FROM contacts WHERE tenant_id = '{other}' AND name LIKE 'W%'")).ShouldBe(written[i], ignoreOrder: true);
            (await servers.Now.QueryAsync<long>($"SELECT count(*) FROM contacts WHERE tenant_id = '{other}' AND name NOT LIKE 'W%'")).ShouldBe(ThenAndNow.Contacts + 1);
        }

        (await servers.Now.QueryAsync<string>($"SELECT after ->> 'to' || (after #>> '{{rows,contacts,add}}') FROM audit_entries WHERE tenant_id = '{tenant}' AND action = 'tenant.restored'")).ShouldEndWith("3");
        (await servers.RunAsync("audit", "verify", "--tenant", "mistaken")).ExitCode.ShouldBe(0, "its audit trail goes on unbroken");
        Difference(await servers.RestoreAsync("mistaken"), "contacts").ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task Transaction_of_the_tenant_that_is_under_way_is_waited_for_and_none_is_let_in_between()
    {
        var tenant = servers.Tenants["unconfirmed"];
        await using var api = await servers.OpenAsApiAsync(tenant);
        await using var open = await api.BeginTransactionAsync();
        await ThenAndNow.ExecuteAsync(api, Insert("Late"));
        var restoring = servers.RestoreAsync("unconfirmed", "--confirm");
        await Eventually.BecomesTrueAsync("the restore waits for the transaction", TimeSpan.FromSeconds(30), async () =>
            await servers.Now.QueryAsync<bool>("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"));
        await using var another = await servers.OpenAsApiAsync(tenant);
        (await Should.ThrowAsync<PostgresException>(() => ThenAndNow.ExecuteAsync(another, Insert("Between")))).SqlState.ShouldBe("PR001");
        await open.CommitAsync();
        var run = await restoring;
        run.ExitCode.ShouldBe(0, run.Output);
        Difference(run, "contacts").ShouldBe((0, 0, 1));
        (await ThenAndNow.RowsAsync(servers.Now, tenant)).ShouldBe(await ThenAndNow.RowsAsync(servers.Then, tenant));
        await ThenAndNow.ExecuteAsync(another, Insert("After"));
    }

    [Fact]
    public async Task Access_that_was_taken_away_since_stays_away()
    {
        var tenant = servers.Tenants["access"];
        var gone = Guid.CreateVersion7();
        await servers.Then.ExecuteAsync($"""
            INSERT INTO users (tenant_id, id, email, display_name, password_hash, roles, state, created_at, updated_at) VALUES
                ('{tenant}', '{gone}', 'gone@x.example', 'Gone', 'then', ARRAY['admin'], 'active', now(), now()),
                ('{tenant}', gen_random_uuid(), 'Again@x.example', 'Again', 'then', ARRAY['admin'], 'active', now(), now())
            """);
        await servers.Now.ExecuteAsync($"""
            INSERT INTO users (tenant_id, id, email, display_name, password_hash, roles, state, created_at, updated_at)
                VALUES ('{tenant}', gen_random_uuid(), 'again@x.example', 'Invited anew', 'now', ARRAY['user'], 'active', now(), now());
            UPDATE users SET display_name = 'Oops', password_hash = 'changed', roles = ARRAY['user'], state = 'disabled', email = 'moved@x.example' WHERE tenant_id = '{tenant}' AND id = '{tenant}';
            UPDATE sessions SET revoked_at = now() WHERE tenant_id = '{tenant}';
            UPDATE api_keys SET revoked_at = now() WHERE tenant_id = '{tenant}';
            DELETE FROM second_factors WHERE tenant_id = '{tenant}'; DELETE FROM roles WHERE tenant_id = '{tenant}'; DELETE FROM user_identities WHERE tenant_id = '{tenant}';
            UPDATE tenants SET name = 'Oops', slug = 'accessible', state = 'suspended', require_second_factor = true, max_users = 3 WHERE id = '{tenant}'
            """);
        string[] kept = ["sessions", "refresh_tokens", "api_keys", "second_factors", "recovery_codes", "roles", "user_identities", "oidc_providers", "invitations", "password_resets"];
        var before = await ThenAndNow.RowsAsync(servers.Now, tenant, tables: kept);
        var entries = await servers.Now.QueryAsync<long>($"SELECT count(*) FROM audit_entries WHERE tenant_id = '{tenant}'");

        var run = await servers.RestoreAsync("accessible", "--confirm");

        run.ExitCode.ShouldBe(0, run.Output);
        Difference(run, "users").ShouldBe((1, 1, 0));
        (await ThenAndNow.RowsAsync(servers.Now, tenant, tables: kept)).ShouldBe(before);
        (await servers.Now.QueryAsync<string>($"SELECT concat_ws(' ', display_name, password_hash, roles, state, email) FROM users WHERE tenant_id = '{tenant}' AND id = '{tenant}'"))
            .ShouldBe("Secret changed {user} disabled moved@x.example");
        (await servers.Now.QueryAsync<string>($"SELECT concat_ws(' ', display_name, coalesce(password_hash, 'none'), state) FROM users WHERE tenant_id = '{tenant}' AND id = '{gone}'"))
            .ShouldBe("Gone none disabled");
        (await servers.Now.QueryAsync<string[]>($"SELECT array_agg(display_name) FROM users WHERE tenant_id = '{tenant}' AND lower(email) = 'again@x.example'")).ShouldBe(["Invited anew"]);
        (await servers.Now.QueryAsync<string>($"SELECT concat_ws(' ', name, slug, state, require_second_factor, max_users) FROM tenants WHERE id = '{tenant}'")).ShouldBe("Then accessible suspended t 3");
        (await servers.Now.QueryAsync<long>($"SELECT count(*) FROM audit_entries WHERE tenant_id = '{tenant}'")).ShouldBe(entries + 1);
    }

    [Fact]
    public async Task Tenant_that_was_erased_is_never_brought_back()
    {
        var id = servers.Tenants["erased"];
        var erased = await servers.RunAsync("tenants", "erase", "erased", "--yes");
        erased.ExitCode.ShouldBe(0, erased.Output);
        foreach (var named in (string[])["erased", id.ToString()])
        {
            var run = await servers.RestoreAsync(named, "--confirm");
            run.ExitCode.ShouldBe(1);
            run.Output.ShouldContain("was erased");
        }

        (await ThenAndNow.RowsAsync(servers.Now, id, tables: ["tenants", "users", "contacts"])).ShouldBe("");

        // Another machine, and a database of an older backup: only the store still knows.
        Directory.Delete(Path.Combine(servers.Configuration["Backups__Folder"], "tombstones"), recursive: true);
        await servers.Now.ExecuteAsync($"""
            DELETE FROM tombstones WHERE id = '{id}';
            INSERT INTO tenants (id, slug, name, state, created_at, updated_at) VALUES ('{id}', 'erased', 'Back', 'active', now(), now())
            """);
        (await servers.RestoreAsync("erased", "--confirm")).Output.ShouldContain("was erased");
    }

    [Fact]
    public async Task Tenant_that_was_not_there_yet_keeps_what_it_has()
    {
        var id = Guid.CreateVersion7();
        await servers.Now.ExecuteAsync($"""
            INSERT INTO tenants (id, slug, name, state, created_at, updated_at) VALUES ('{id}', 'younger', 'T', 'active', now(), now());
            INSERT INTO contacts (tenant_id, id, name, gender, created_at, updated_at) VALUES ('{id}', '{id}', 'Kept', 'female', now(), now())
            """);
        var run = await servers.RestoreAsync("younger", "--confirm");
        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("was not there yet");
        (await servers.Now.QueryAsync<long>($"SELECT count(*) FROM contacts WHERE tenant_id = '{id}'")).ShouldBe(1);
        (await servers.RestoreAsync("nobody")).Output.ShouldContain("There is no tenant 'nobody'.");
    }

    [Theory]
    [InlineData("own", false)]
    [InlineData("moved", true)]
    public async Task Tenant_in_a_database_of_its_own_is_brought_back_there(string slug, bool movedSince)
    {
        var tenant = servers.Tenants[slug];
        if (movedSince)
        {
            await servers.PlaceAsync(slug);
        }

        var own = servers.Now.As("postgres", $"tenant_{slug}");
        await using (var connection = new NpgsqlConnection(own))
        {
            await connection.OpenAsync();
            await ThenAndNow.ExecuteAsync(connection, $"UPDATE contacts SET name = 'Oops' WHERE name <> 'Secret'; UPDATE tenants SET name = 'Oops'");
        }

        var run = await servers.RestoreAsync(slug, "--confirm");
        run.ExitCode.ShouldBe(0, run.Output);
        Difference(run, "contacts").ShouldBe((0, ThenAndNow.Contacts, 0));
        Difference(run, "tenants").ShouldBe((0, 1, 0));
        (await ThenAndNow.RowsAsync(servers.Now, tenant, $"tenant_{slug}")).ShouldBe(await ThenAndNow.RowsAsync(servers.Then, tenant, movedSince ? "appdb" : "tenant_own"));
        (await ThenAndNow.RowsAsync(servers.Now, tenant)).ShouldBe("", "nothing of it is in the shared database");
        (await servers.Now.QueryAsync<string>($"SELECT name FROM tenants WHERE id = '{tenant}'")).ShouldBe("Then", "the directory follows");
        (await ThenAndNow.QueryAsync<long>(own, "SELECT count(*) FROM audit_entries WHERE action = 'tenant.restored'")).ShouldBe(1);
    }

    [Fact]
    public async Task Restore_needs_an_administrators_connection_to_change_anything()
    {
        var configuration = new Dictionary<string, string>(servers.Configuration);
        configuration.Remove("ConnectionStrings__appdb");
        var run = await ServiceRun.OfAsync("Worker", configuration, "restore-tenant", "--tenant", "columns", "--recovered", "--confirm");
        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("Set ConnectionStrings:appdb");
        (await ServiceRun.OfAsync("Worker", configuration, "restore-tenant", "--tenant", "columns", "--recovered")).ExitCode.ShouldBe(0, "to look takes no more than the Worker's own rights");
    }

    internal static (long Add, long Change, long Delete) Difference(ServiceRun run, string table)
    {
        var line = Regex.Match(run.Output, $@"^{table} +(\d+) +(\d+) +(\d+)\s*$", RegexOptions.Multiline);
        line.Success.ShouldBeTrue(run.Output);
        return (long.Parse(line.Groups[1].Value), long.Parse(line.Groups[2].Value), long.Parse(line.Groups[3].Value));
    }

    private static string Insert(string name) => $"""
        INSERT INTO contacts (tenant_id, id, name, gender, created_at, updated_at)
        VALUES (current_setting('app.tenant_id')::uuid, gen_random_uuid(), '{name}', 'female', now(), now())
        """;

    /// <summary>Writes as the Api until it is stopped; any refusal fails the test.</summary>
    private async Task<List<string>> WriteAsync(Guid tenant, CancellationToken stop)
    {
        await using var api = await servers.OpenAsApiAsync(tenant);
        var written = new List<string>();
        while (!stop.IsCancellationRequested)
        {
            var name = $"W{written.Count}";
            await ThenAndNow.ExecuteAsync(api, Insert(name));
            written.Add(name);
        }

        return written;
    }
}
