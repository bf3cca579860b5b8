using ProductionReady.MigrationService;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.MigrationService;

public sealed class DownTests(App app)
{
    private const string AllContacts = "SELECT string_agg(contacts::text, E'\\n' ORDER BY id) FROM contacts";

    [Fact]
    public async Task Contacts_are_kept_when_the_last_migration_is_undone_and_done_again()
    {
        var database = await MigratedWithRowsAsync();
        var before = await database.ScalarAsync(AllContacts);
        var down = await database.RunProcessAsync("down", "--to", "Contacts");
        down.ExitCode.ShouldBe(ExitCode.Done, down.Output);
        (await database.ScalarAsync("SELECT to_regclass('uq_contacts_tenant_id_email_key') IS NULL")).ShouldBe(true);
        (await database.ScalarAsync("SELECT count(*) FROM contacts")).ShouldBe(2L);

        await database.UpAsync();
        (await database.ScalarAsync(AllContacts)).ShouldBe(before);
        (await database.RunAsync("validate")).ExitCode.ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task Down_refuses_and_changes_nothing_when_rows_would_be_lost()
    {
        var database = await MigratedWithRowsAsync();
        var before = await database.CatalogAsync();
        var down = await database.RunProcessAsync("down", "--to", "Platform");
        down.ExitCode.ShouldBe(ExitCode.Failed);
        down.Output.ShouldContain("table contacts (2 rows)");
        (await database.CatalogAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Down_empties_the_database_and_up_fills_it_again_when_loss_is_allowed()
    {
        var database = await MigratedWithRowsAsync();
        var down = await database.RunProcessAsync("down", "--to", "0", "--allow-data-loss");
        down.ExitCode.ShouldBe(ExitCode.Done, down.Output);
        (await database.ScalarAsync("SELECT string_agg(relname, ',') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"))
            .ShouldBe("__EFMigrationsHistory");
        (await database.ScalarAsync("SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace")).ShouldBe(0L);
        await database.UpAsync();
        (await database.RunAsync("validate")).ExitCode.ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task Down_drops_empty_tables_and_says_so_when_nothing_is_lost()
    {
        var database = await Database.MigratedAsync(app);
        var down = await database.RunProcessAsync("down", "--to", "Platform");
        down.ExitCode.ShouldBe(ExitCode.Done, down.Output);
        down.Output.ShouldContain("Drops table contacts (0 rows)");
        var status = await database.RunAsync("status");
        status.ExitCode.ShouldBe(ExitCode.SchemaDiffers);
        status.Results.ShouldMatch(@"applied\s+\d{14}_Platform\npending\s+\d{14}_Contacts\n");
    }

    [Fact]
    public async Task Down_lists_the_migrations_when_the_name_is_unknown()
    {
        var database = await Database.MigratedAsync(app);
        var down = await database.RunProcessAsync("down", "--to", "Nowhere");
        down.ExitCode.ShouldBe(ExitCode.Usage);
        down.Output.ShouldContain("_ContactEmailKey");
    }

    [Fact]
    public async Task Newer_database_is_left_alone_when_an_older_version_runs()
    {
        var database = await Database.MigratedAsync(app);
        await database.ExecuteAsync("""
            INSERT INTO "__EFMigrationsHistory" VALUES ('99991231235959_FromTheFuture', '99');
            GRANT SELECT ON job_runs TO app_api
            """);
        var before = await database.CatalogAsync();
        var up = await database.RunProcessAsync("up");
        up.ExitCode.ShouldBe(ExitCode.Done);
        up.Output.ShouldContain("99991231235959_FromTheFuture");
        (await database.RunAsync("down", "--to", "0", "--allow-data-loss")).ExitCode.ShouldBe(ExitCode.Failed);
        (await database.CatalogAsync()).ShouldBe(before);
        (await database.RunAsync("status")).ExitCode.ShouldBe(ExitCode.SchemaDiffers);
    }

    private async Task<Database> MigratedWithRowsAsync()
    {
        var database = await Database.MigratedAsync(app);
        await database.ExecuteAsync("""
            INSERT INTO tenants (id, slug, name, state, created_at, updated_at)
            SELECT gen_random_uuid(), 'tenant' || n, 'T', 'active', now(), now() FROM generate_series(1, 2) n;
            INSERT INTO contacts (tenant_id, id, name, email, gender, created_at, updated_at)
            SELECT id, gen_random_uuid(), 'Kept', 'Kept@Example.com', 'female', now(), now() FROM tenants
            """);
        return database;
    }
}
