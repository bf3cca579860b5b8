using System.Net;
using System.Net.Sockets;
using Npgsql;
using ProductionReady.MigrationService;
using ProductionReady.MigrationService.Server;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.MigrationService;

public sealed class UpTests(App app)
{
    [Fact]
    public async Task Up_makes_the_models_schema_and_logs_each_step_when_the_database_is_empty()
    {
        var database = await Database.EmptyAsync(app);
        var up = await database.RunProcessAsync();
        up.ExitCode.ShouldBe(ExitCode.Done, up.Output);
        up.Output.ShouldMatch(@"apply \d{14}_Platform: done in \d+ ms");
        var validate = await database.RunAsync("validate");
        validate.ExitCode.ShouldBe(ExitCode.Done, validate.Results);
    }

    [Fact]
    public async Task Up_changes_nothing_when_it_runs_again()
    {
        var database = await Database.MigratedAsync(app);
        var before = await database.CatalogAsync();
        (await database.RunAsync("up")).ExitCode.ShouldBe(ExitCode.Done);
        (await database.CatalogAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Up_creates_the_database_when_the_server_lacks_it()
    {
        var name = $"test_{Guid.CreateVersion7():n}";
        var empty = await Database.EmptyAsync(app);
        var database = new Database(new NpgsqlConnectionStringBuilder(empty.Admin) { Database = name }.ConnectionString, app);
        var up = await database.RunProcessAsync("up");
        up.ExitCode.ShouldBe(ExitCode.Done, up.Output);
        (await database.ScalarAsync("SELECT count(*) FROM contacts")).ShouldBe(0L);
    }

    [Theory]
    [InlineData("CREATE TABLE contacts (id int)")]
    [InlineData("CREATE SEQUENCE uq_contacts_tenant_id_email_key")]
    public async Task Up_leaves_the_database_as_it_was_when_a_later_migration_fails(string obstacle)
    {
        var database = await Database.EmptyAsync(app);
        await database.ExecuteAsync(obstacle);
        var before = await database.CatalogAsync();
        var up = await database.RunProcessAsync("up");
        up.ExitCode.ShouldBe(ExitCode.Failed);
        up.Output.ShouldContain("_Platform: done");
        up.Output.ShouldContain("already exists");
        (await database.CatalogAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Up_succeeds_once_for_each_when_several_run_at_once()
    {
        var first = await Database.EmptyAsync(app);
        var second = await Database.EmptyAsync(app);
        var runs = await Task.WhenAll(first.RunProcessAsync("up"), second.RunProcessAsync("up"), first.RunProcessAsync("up"), second.RunProcessAsync("up"));
        runs.ShouldAllBe(run => run.ExitCode == ExitCode.Done, string.Join('\n', runs.Select(run => run.Output)));
        runs.Count(run => run.Output.Contains("Nothing to migrate")).ShouldBe(2);
    }

    [Fact]
    public async Task Up_gives_up_in_time_when_another_run_holds_the_lock()
    {
        var database = await Database.EmptyAsync(app);
        await using var holder = new NpgsqlConnection(database.Admin);
        await holder.OpenAsync();
        await using var take = new NpgsqlCommand($"SELECT pg_advisory_lock({MigrationLock.Key})", holder);
        await take.ExecuteNonQueryAsync();
        var up = await database.RunProcessAsync("up", "--lock-wait", "1");
        up.ExitCode.ShouldBe(ExitCode.Failed);
        up.Output.ShouldContain("Another migration run held the lock of this database for 1 s; nothing was changed.");
    }

    [Fact]
    public async Task Up_gives_up_in_time_when_no_server_answers()
    {
        // Taken, so that nobody else can listen there.
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)silent.LocalEndPoint!).Port;
        var nowhere = new Database($"Host=127.0.0.1;Port={port};Username=postgres;Password=secret-of-nobody;Database=app", app);
        var up = await nowhere.RunProcessAsync("up", "--wait", "1");
        up.ExitCode.ShouldBe(ExitCode.Failed);
        up.Output.ShouldContain($"127.0.0.1:{port} did not answer within 1 s");
        up.Output.ShouldNotContain("secret-of-nobody");
    }

    [Fact]
    public async Task Up_names_each_bad_key_and_no_value_when_the_configuration_is_bad()
    {
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__appdb"] = "Host=127.0.0.1;Hunter2=yes",
            ["Roles__Api__Password"] = "",
            ["Roles__Worker__Password"] = "sh0rt",
            ["Roles__Backup__Password"] = "",
        };
        var up = await ServiceRun.OfAsync("MigrationService", environment, "up");
        up.ExitCode.ShouldBe(ExitCode.Usage);
        foreach (var key in new[] { "ConnectionStrings:appdb", "Roles:Api:Password", "Roles:Worker:Password", "Roles:Backup:Password" })
        {
            up.Output.ShouldContain(key);
        }

        up.Output.ShouldNotContain("Hunter2");
        up.Output.ShouldNotContain("sh0rt");
    }

    [Fact]
    public async Task Up_shows_no_password_when_it_sets_them()
    {
        var database = await Database.EmptyAsync(app);
        var up = await database.RunProcessAsync("up");
        foreach (var resource in new[] { ResourceNames.AppDatabase, ResourceNames.ApiDatabase, ResourceNames.WorkerDatabase, ResourceNames.BackupDatabase })
        {
            up.Output.ShouldNotContain(new NpgsqlConnectionStringBuilder(await app.ConnectionStringAsync(resource)).Password!);
        }
    }

    [Fact]
    public async Task Up_shuts_the_database_to_everybody_else_when_it_is_done()
    {
        var database = await Database.MigratedAsync(app);
        await using var api = await app.Postgres.OpenAsync(ResourceNames.ApiDatabase, database.Admin);
        await using var temporary = new NpgsqlCommand("CREATE TEMPORARY TABLE mine (id int)", api);
        (await Should.ThrowAsync<PostgresException>(() => temporary.ExecuteNonQueryAsync())).SqlState
            .ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData("frob")]
    [InlineData("down")]
    [InlineData("up", "--wait", "-1")]
    public async Task Command_line_is_refused_when_it_is_wrong(params string[] arguments) =>
        (await MigrationCommandLine.RunAsync(arguments, TextWriter.Null, TextWriter.Null)).ShouldBe(ExitCode.Usage);
}
