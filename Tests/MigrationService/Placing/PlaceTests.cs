using Npgsql;
using ProductionReady.Data.Schema;
using ProductionReady.MigrationService;
using ProductionReady.Tests.Fixtures;
using ProductionReady.Tests.Isolation;

namespace ProductionReady.Tests.MigrationService.Placing;

public sealed class PlaceTests(App app)
{
    [Fact]
    public async Task Tenant_has_the_same_rows_and_leaves_none_behind_when_it_moves_there_and_back_twice()
    {
        var tenants = await TwoTenants.CreateAsync(app);
        var (before, others) = (await tenants.RowsAsync(tenants.Moved, null), await tenants.RowsAsync(tenants.Other, null));
        for (var round = 0; round < 2; round++)
        {
            var away = await tenants.PlaceAsync();
            away.ExitCode.ShouldBe(ExitCode.Done, away.Results);
            away.Results.ShouldContain("0 rows left");
            (await tenants.PlacementAsync()).ShouldBe(tenants.Own);
            (await tenants.RowsAsync(tenants.Moved, tenants.Own)).ShouldBe(before);
            (await tenants.TablesWithRowsAsync(tenants.Moved, tenants.Own)).ShouldBe(ForeignRows.Tables, "a row of every table was moved");
            (await tenants.TablesWithRowsAsync(tenants.Moved, null)).ShouldBe(["tenant_usage"], "home keeps what its directory needs");
            (await tenants.TablesWithRowsAsync(tenants.Other, tenants.Own)).ShouldBeEmpty();
            (await tenants.RowsAsync(tenants.Other, null)).ShouldBe(others);
            (await tenants.Home.RunAsync("validate")).ExitCode.ShouldBe(ExitCode.Done);

            var home = await tenants.PlaceAsync("--home");
            home.ExitCode.ShouldBe(ExitCode.Done, home.Results);
            (await tenants.PlacementAsync()).ShouldBeNull();
            (await tenants.RowsAsync(tenants.Moved, null)).ShouldBe(before);
            (await tenants.RowsAsync(tenants.Other, null)).ShouldBe(others);
            (await tenants.ExistsAsync(tenants.Own)).ShouldBeFalse("a database that nobody lives in is dropped");
        }

        (await tenants.Home.ScalarAsync($"SELECT count(*) FROM audit_entries WHERE tenant_id = '{tenants.Moved}' AND action = 'tenant.moved'")).ShouldBe(4L);
        (await tenants.Home.ScalarAsync($"SELECT count(*) = max(seq) AND max(seq) = (SELECT last_seq FROM audit_chains c WHERE c.tenant_id = '{tenants.Moved}') FROM audit_entries WHERE tenant_id = '{tenants.Moved}'"))
            .ShouldBe(true, "the trail goes on without a gap");
    }

    [Fact]
    public async Task Tenant_moves_from_one_database_of_its_own_to_another()
    {
        var tenants = await TwoTenants.CreateAsync(app);
        var before = await tenants.RowsAsync(tenants.Moved, null);
        var second = tenants.Own + "_b";
        (await tenants.PlaceAsync()).ExitCode.ShouldBe(ExitCode.Done);
        (await tenants.PlaceAsync("--database", second)).ExitCode.ShouldBe(ExitCode.Done);
        (await tenants.PlacementAsync()).ShouldBe(second);
        (await tenants.RowsAsync(tenants.Moved, second)).ShouldBe(before);
        (await tenants.ExistsAsync(tenants.Own)).ShouldBeFalse();
        (await tenants.PlaceAsync()).Results.ShouldContain($"lives in {second}. 0 rows left");
        await tenants.PlaceAsync("--home");
    }

    [Fact]
    public async Task Services_write_where_the_tenant_lives_and_are_refused_where_it_does_not()
    {
        var tenants = await TwoTenants.CreateAsync(app);
        (await tenants.PlaceAsync()).ExitCode.ShouldBe(ExitCode.Done);
        await using (var there = await tenants.OpenAsApiAsync(tenants.Own))
        await using (var home = await tenants.OpenAsApiAsync(null))
        {
            await TwoTenants.AddContactAsync(there, Guid.CreateVersion7());
            (await Should.ThrowAsync<PostgresException>(() => TwoTenants.AddContactAsync(home, Guid.CreateVersion7()))).SqlState.ShouldBe(TenantFence.SqlState);
        }

        (await tenants.PlaceAsync("--home")).ExitCode.ShouldBe(ExitCode.Done);
        await using var back = await tenants.OpenAsApiAsync(null);
        await TwoTenants.AddContactAsync(back, Guid.CreateVersion7());
    }

    [Fact]
    public async Task Rows_that_changed_or_vanished_during_the_copy_are_as_at_the_source_when_the_tenant_has_moved()
    {
        var tenants = await TwoTenants.CreateAsync(app, contacts: 200);
        await using var writer = await tenants.OpenAsApiAsync(null);

        // Two contacts exchange what must be unique, one takes over what another one had, and a parent goes with its children.
        await TwoTenants.ExecuteAsync(writer, "BEGIN");
        await TwoTenants.ExecuteAsync(writer, """
            UPDATE contacts SET email = 'tmp@x.example' WHERE email = 'c1@x.example';
            UPDATE contacts SET email = 'c1@x.example' WHERE email = 'c2@x.example';
            UPDATE contacts SET email = 'c2@x.example' WHERE email = 'tmp@x.example';
            DELETE FROM contacts WHERE email = 'c3@x.example';
            UPDATE contacts SET email = 'c3@x.example' WHERE email = 'c4@x.example';
            UPDATE tenants SET name = 'Renamed';
            DELETE FROM recovery_codes;
            DELETE FROM second_factors;
            """);
        await TwoTenants.AddContactAsync(writer, Guid.CreateVersion7());
        var moving = tenants.PlaceAsync();
        await Eventually.BecomesTrueAsync("the move waits for the transaction", TimeSpan.FromSeconds(30), async () =>
            await tenants.Home.ScalarAsync("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))") is true);
        await TwoTenants.ExecuteAsync(writer, "COMMIT");
        var place = await moving;
        place.ExitCode.ShouldBe(ExitCode.Done, place.Results);

        var after = await tenants.RowsAsync(tenants.Moved, tenants.Own);
        after.ShouldContain("Renamed");
        after.ShouldNotContain("recovery_codes");
        (await tenants.In(tenants.Own).ScalarAsync("SELECT string_agg(name, ',' ORDER BY email) FROM contacts WHERE email IN ('c1@x.example', 'c2@x.example', 'c3@x.example', 'c4@x.example')"))
            .ShouldBe("Contact 2,Contact 1,Contact 4");
        (await tenants.In(tenants.Own).ScalarAsync("SELECT count(*) FROM contacts")).ShouldBe(201L);
        await tenants.PlaceAsync("--home");
        (await tenants.RowsAsync(tenants.Moved, null)).ShouldBe(after);
    }

    [Fact]
    public async Task Revocations_go_along_so_that_whoever_was_signed_out_stays_so()
    {
        var tenants = await TwoTenants.CreateAsync(app);
        var gone = Guid.CreateVersion7();
        await tenants.Home.ExecuteAsync($"""
            INSERT INTO revocations (id, subject, below_version, until) VALUES
                (gen_random_uuid(), '{gone}', 7, now() + interval '1 hour'), (gen_random_uuid(), '{Guid.CreateVersion7()}', 7, now() - interval '1 hour')
            """);
        (await tenants.PlaceAsync()).ExitCode.ShouldBe(ExitCode.Done);
        (await tenants.In(tenants.Own).ScalarAsync("SELECT string_agg(subject || ' ' || below_version, ',') FROM revocations")).ShouldBe($"{gone} 7");
        (await tenants.In(tenants.Own).ScalarAsync("SELECT bool_and(inserted < pg_current_xact_id() AND inserted > '3'::xid8) FROM revocations")).ShouldBe(true);
        (await tenants.PlaceAsync("--home")).ExitCode.ShouldBe(ExitCode.Done);
        (await tenants.Home.ScalarAsync($"SELECT count(*) FROM revocations WHERE subject = '{gone}'")).ShouldBe(1L);
    }
}
