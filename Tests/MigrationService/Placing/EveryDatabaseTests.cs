using ProductionReady.MigrationService;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.MigrationService.Placing;

/// <summary>The other verbs go through the databases in which single tenants live, too.</summary>
public sealed class EveryDatabaseTests(App app)
{
    [Fact]
    public async Task Validate_names_a_missing_fence_in_a_tenants_own_database()
    {
        var tenants = await PlacedAsync();
        await tenants.In(tenants.Own).ExecuteAsync("DROP TRIGGER refuse_when_fenced ON contacts");
        var validate = await tenants.Home.RunAsync("validate");
        validate.ExitCode.ShouldBe(ExitCode.SchemaDiffers);
        validate.Results.ShouldContain($"The schema of {tenants.Home.Name} is the model's.");
        validate.Results.ShouldContain("trigger contacts.refuse_when_fenced: missing");
        validate.Results.ShouldContain($"The schema of {tenants.Own} differs in 1 places.");
    }

    [Fact]
    public async Task Up_migrates_the_shared_database_and_each_tenants_own()
    {
        var tenants = await PlacedAsync();
        (await tenants.In(tenants.Own).RunAsync("down", "--to", "TenantLife", "--allow-data-loss")).ExitCode.ShouldBe(ExitCode.Done);
        (await tenants.Home.RunAsync("status")).ExitCode.ShouldBe(ExitCode.SchemaDiffers);
        await tenants.Home.UpAsync();
        (await tenants.Home.RunAsync("status")).ExitCode.ShouldBe(ExitCode.Done);
        (await tenants.Home.RunAsync("validate")).ExitCode.ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task Up_does_what_it_can_and_fails_when_a_tenants_own_database_is_missing()
    {
        var tenants = await PlacedAsync();
        await tenants.Home.ExecuteAsync($"DROP DATABASE {tenants.Own}");
        var up = await tenants.Home.RunProcessAsync("up");
        up.ExitCode.ShouldBe(ExitCode.Failed);
        up.Output.ShouldContain($"The database {tenants.Own}, in which a tenant lives, does not exist.");
        (await tenants.Home.RunAsync("validate")).ExitCode.ShouldBe(ExitCode.Failed);
    }

    [Fact]
    public async Task Down_refuses_to_forget_where_tenants_live()
    {
        var tenants = await PlacedAsync();
        var (home, own) = (await tenants.Home.CatalogAsync(), await tenants.In(tenants.Own).CatalogAsync());
        var down = await tenants.Home.RunProcessAsync("down", "--to", "TenantLife", "--allow-data-loss");
        down.ExitCode.ShouldBe(ExitCode.Failed);
        down.Output.ShouldContain("them first; nothing was changed.");
        (await tenants.Home.CatalogAsync()).ShouldBe(home);
        (await tenants.In(tenants.Own).CatalogAsync()).ShouldBe(own);
    }

    [Fact]
    public async Task Up_drops_the_database_of_a_tenant_that_was_erased()
    {
        var tenants = await PlacedAsync();
        await tenants.Home.ExecuteAsync($$"""
            DELETE FROM tenant_usage WHERE tenant_id = '{{tenants.Moved}}'; DELETE FROM tenants WHERE id = '{{tenants.Moved}}';
            INSERT INTO tombstones (id, slug_hash, due_at, started_at, erased_at, rows_before, rows_after)
            VALUES ('{{tenants.Moved}}', sha256('x'), now(), now(), now(), '{"contacts": 1}', '{"contacts": 0}')
            """);
        await tenants.Home.UpAsync();
        (await tenants.ExistsAsync(tenants.Own)).ShouldBeFalse();
        (await tenants.PlacementAsync()).ShouldBeNull();
        (await tenants.Home.RunAsync("validate")).ExitCode.ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task Up_warns_of_a_database_that_home_does_not_know_of_as_after_a_restore()
    {
        var tenants = await PlacedAsync();
        (await tenants.Home.RunProcessAsync("up")).Output.ShouldNotContain("does not know of");
        await tenants.Home.ExecuteAsync("DELETE FROM tenant_placements");
        var up = await tenants.Home.RunProcessAsync("up");
        up.ExitCode.ShouldBe(ExitCode.Done);
        up.Output.ShouldContain($"The database {tenants.Own} holds rows of tenant {tenants.Moved}");
    }

    [Fact]
    public async Task Validate_names_a_tenant_that_could_be_written_in_two_databases()
    {
        var tenants = await PlacedAsync();
        await tenants.Home.ExecuteAsync("UPDATE tenant_placements SET fenced = false");
        var validate = await tenants.Home.RunAsync("validate");
        validate.ExitCode.ShouldBe(ExitCode.SchemaDiffers);
        validate.Results.ShouldContain($"fence of tenant {tenants.Moved}: not in the model, is missing, though it lives in {tenants.Own}");
    }

    private async Task<TwoTenants> PlacedAsync()
    {
        var tenants = await TwoTenants.CreateAsync(app);
        (await tenants.PlaceAsync()).ExitCode.ShouldBe(ExitCode.Done);
        return tenants;
    }
}
