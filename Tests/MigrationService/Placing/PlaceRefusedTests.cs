using ProductionReady.Data.Schema;
using ProductionReady.MigrationService;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.MigrationService.Placing;

/// <summary>When a move cannot take place, the tenant stays where it was and can be worked with.</summary>
public sealed class PlaceRefusedTests(App app)
{
    [Fact]
    public async Task Move_is_taken_back_and_names_who_still_works_when_a_process_does_not_acknowledge()
    {
        var tenants = await TwoTenants.CreateAsync(app);
        await using (var service = await tenants.OpenAsApiAsync(null))
        {
            await TwoTenants.ExecuteAsync(service, $"SET application_name = 'a service that is stuck'; SELECT pg_advisory_lock_shared({PlacementLocks.Epoch}, 0)");
            var place = await tenants.Home.RunProcessAsync("place", tenants.Slug, "--drain", "1");
            place.ExitCode.ShouldBe(ExitCode.Failed, place.Output);
            place.Output.ShouldContain($"a service that is stuck (pid {service.ProcessID}");
            await TwoTenants.AddContactAsync(service, Guid.CreateVersion7());
        }

        await StaysAsync(tenants);
    }

    [Fact]
    public async Task Move_is_taken_back_and_the_writer_commits_when_a_transaction_does_not_end()
    {
        var tenants = await TwoTenants.CreateAsync(app);
        var contact = Guid.CreateVersion7();
        await using var writer = await tenants.OpenAsApiAsync(null);
        await TwoTenants.ExecuteAsync(writer, "BEGIN");
        await TwoTenants.AddContactAsync(writer, contact);
        var place = await tenants.Home.RunProcessAsync("place", tenants.Slug, "--drain", "1");
        place.ExitCode.ShouldBe(ExitCode.Failed, place.Output);
        place.Output.ShouldContain($"pid {writer.ProcessID}");
        await TwoTenants.ExecuteAsync(writer, "COMMIT");
        (await tenants.Home.ScalarAsync($"SELECT count(*) FROM contacts WHERE id = '{contact}'")).ShouldBe(1L);
        await StaysAsync(tenants);
    }

    [Fact]
    public async Task Move_does_not_wait_for_the_long_transactions_of_others()
    {
        var tenants = await TwoTenants.CreateAsync(app);
        await using var other = await tenants.OpenAsApiAsync(null);
        await TwoTenants.ExecuteAsync(other, $"SET app.tenant_id = '{tenants.Other}'; BEGIN");
        await TwoTenants.AddContactAsync(other, Guid.CreateVersion7());
        (await tenants.PlaceAsync("--drain", "1")).ExitCode.ShouldBe(ExitCode.Done);
        await TwoTenants.ExecuteAsync(other, "COMMIT");
        await tenants.PlaceAsync("--home");
    }

    [Fact]
    public async Task Move_is_taken_back_when_the_tenant_would_be_held_too_long()
    {
        var tenants = await TwoTenants.CreateAsync(app);
        var place = await tenants.Home.RunProcessAsync("place", tenants.Slug, "--hold", "0");
        place.ExitCode.ShouldBe(ExitCode.Failed);
        place.Output.ShouldContain("held for more than 0 s");
        await StaysAsync(tenants);
    }

    [Fact]
    public async Task Move_is_taken_back_when_the_copies_are_not_alike()
    {
        var tenants = await TwoTenants.CreateAsync(app);
        var target = tenants.In(tenants.Own);
        await target.UpAsync();
        await target.ExecuteAsync("""
            CREATE FUNCTION falsify() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.name := 'Forged'; RETURN NEW; END$$;
            CREATE TRIGGER falsify BEFORE INSERT ON contacts FOR EACH ROW EXECUTE FUNCTION falsify();
            ALTER TABLE contacts ENABLE ALWAYS TRIGGER falsify
            """);
        var place = await tenants.Home.RunProcessAsync("place", tenants.Slug);
        place.ExitCode.ShouldBe(ExitCode.Failed);
        place.Output.ShouldContain("The copies of these tables are not alike: contacts");
        await StaysAsync(tenants);
    }

    [Fact]
    public async Task Database_with_another_tenants_rows_is_never_taken_over()
    {
        var tenants = await TwoTenants.CreateAsync(app);
        var taken = await TwoTenants.CreateAsync(app);
        var before = await taken.RowsAsync(taken.Moved, null);
        var place = await tenants.Home.RunProcessAsync("place", tenants.Slug, "--database", taken.Home.Name);
        place.ExitCode.ShouldBe(ExitCode.Failed);
        place.Output.ShouldContain("holds what is not this tenant");
        (await taken.RowsAsync(taken.Moved, null)).ShouldBe(before);
        (await taken.Home.ScalarAsync("SELECT count(*) FROM tenant_placements")).ShouldBe(0L);
        await StaysAsync(tenants);
    }

    [Fact]
    public async Task Database_that_is_no_database_of_ours_is_never_taken_over()
    {
        var tenants = await TwoTenants.CreateAsync(app);
        var foreign = await Database.EmptyAsync(app);
        await foreign.ExecuteAsync("CREATE TABLE theirs (id int)");
        (await tenants.PlaceAsync("--database", foreign.Name)).ExitCode.ShouldBe(ExitCode.Failed);
        (await foreign.ScalarAsync("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")).ShouldBe(1L);
        foreach (var name in new[] { "postgres", "template1", tenants.Home.Name })
        {
            (await tenants.PlaceAsync("--database", name)).ExitCode.ShouldBe(ExitCode.Failed, name);
        }

        (await tenants.PlaceAsync("--database", "Bad-Name")).ExitCode.ShouldBe(ExitCode.Usage);
        (await tenants.PlaceAsync("--database", "x", "--home")).ExitCode.ShouldBe(ExitCode.Usage);
        (await tenants.Home.RunAsync("place", "nobody")).ExitCode.ShouldBe(ExitCode.Usage);
        await StaysAsync(tenants);
    }

    [Fact]
    public async Task Rows_that_home_does_not_know_of_are_not_overwritten_when_home_was_restored_from_an_older_backup()
    {
        var tenants = await TwoTenants.CreateAsync(app);
        (await tenants.PlaceAsync()).ExitCode.ShouldBe(ExitCode.Done);
        var newer = await tenants.RowsAsync(tenants.Moved, tenants.Own);
        await tenants.Home.ExecuteAsync("DELETE FROM tenant_placements");
        var place = await tenants.Home.RunProcessAsync("place", tenants.Slug);
        place.ExitCode.ShouldBe(ExitCode.Failed);
        place.Output.ShouldContain("does not know of, as after a restore");
        (await tenants.RowsAsync(tenants.Moved, tenants.Own)).ShouldBe(newer);
    }

    private static async Task StaysAsync(TwoTenants tenants)
    {
        (await tenants.PlacementAsync()).ShouldBeNull();
        (await tenants.Home.ScalarAsync("SELECT count(*) FROM tenant_placements WHERE moving OR fenced")).ShouldBe(0L);
        await using var api = await tenants.OpenAsApiAsync(null);
        await TwoTenants.AddContactAsync(api, Guid.CreateVersion7());
        (await tenants.PlaceAsync("--abandon")).ExitCode.ShouldBe(ExitCode.Done);
        (await tenants.Home.ScalarAsync("SELECT count(*) FROM tenant_placements WHERE left_database IS NOT NULL")).ShouldBe(0L);
    }
}
