using System.Runtime.Versioning;

namespace ProductionReady.Tests.Worker.Backups.OneTenant;

[UnsupportedOSPlatform("windows")]
public sealed class OlderSchemaTests(ThenAndNow servers) : IClassFixture<ThenAndNow>
{
    [Fact]
    public async Task Columns_that_came_since_keep_their_values_and_one_of_another_type_is_refused()
    {
        var tenant = servers.Tenants["columns"];
        await servers.Then.ExecuteAsync("ALTER TABLE contacts DROP COLUMN age");
        await servers.Now.ExecuteAsync($"""
            UPDATE contacts SET name = 'Oops', age = 40 WHERE tenant_id = '{tenant}' AND name LIKE 'Contact 1%';
            DELETE FROM contacts WHERE tenant_id = '{tenant}' AND name = 'Contact 20'
            """);
        var run = await servers.RestoreAsync("columns", "--confirm");
        run.ExitCode.ShouldBe(0, run.Output);
        TenantRestoreTests.Difference(run, "contacts").ShouldBe((1, 111, 0));
        (await servers.Now.QueryAsync<long>($"SELECT count(*) FROM contacts WHERE tenant_id = '{tenant}' AND name LIKE 'Contact 1%' AND age = 40")).ShouldBe(111);
        (await servers.Now.QueryAsync<long>($"SELECT count(*) FROM contacts WHERE tenant_id = '{tenant}' AND name = 'Contact 20' AND age IS NULL")).ShouldBe(1);

        await servers.Then.ExecuteAsync("ALTER TABLE contacts ALTER COLUMN phone TYPE text");
        var refused = await servers.RestoreAsync("columns", "--confirm");
        refused.ExitCode.ShouldBe(1);
        refused.Output.ShouldContain("contacts.phone was text then and is character varying now");
    }
}
