using ProductionReady.MigrationService;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.MigrationService;

public sealed class SeedTests(App app)
{
    [Fact]
    public async Task Seed_adds_the_sample_once_when_it_runs_twice()
    {
        var database = await Database.MigratedAsync(app);
        var first = await SeedAsync(database, "Development");
        first.ExitCode.ShouldBe(ExitCode.Done, first.Output);
        first.Output.ShouldContain("admin@demo.example");
        (await SeedAsync(database, "Development")).ExitCode.ShouldBe(ExitCode.Done);
        (await database.ScalarAsync("SELECT count(*) FROM tenants JOIN users ON users.tenant_id = tenants.id AND 'admin' = ANY (roles)")).ShouldBe(1L);
        (await database.ScalarAsync("SELECT count(*) FROM contacts")).ShouldBe(4L);
    }

    [Fact]
    public async Task Seed_refuses_when_the_environment_is_production()
    {
        var database = await Database.MigratedAsync(app);
        (await SeedAsync(database, "Production")).ExitCode.ShouldBe(ExitCode.Failed);
        (await database.ScalarAsync("SELECT count(*) FROM tenants")).ShouldBe(0L);
        (await SeedAsync(database, "Production", "--force")).ExitCode.ShouldBe(ExitCode.Done);
    }

    private static async Task<ServiceRun> SeedAsync(Database database, string environment, params string[] arguments)
    {
        var configuration = await MigrationRun.EnvironmentAsync(database.Admin, database.App);
        configuration["DOTNET_ENVIRONMENT"] = environment;
        return await ServiceRun.OfAsync("MigrationService", configuration, ["seed", .. arguments]);
    }
}
