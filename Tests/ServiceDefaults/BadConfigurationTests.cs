using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.ServiceDefaults;

/// <summary>Processes that are configured wrongly: they name every bad key, show no value and end before they do anything.</summary>
public sealed class BadConfigurationTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Secret = "hunter2-hunter2-hunter2";
    private const string Database = $"Host=127.0.0.1;Port=1;Database=appdb;Username=app;Password={Secret}";

    [Fact]
    public async Task Api_names_every_key_that_is_missing() =>
        await ShouldRefuseAsync("Api", 78, [], "ConnectionStrings:appdb-api", "ConnectionStrings:cache", "Identity:KeyEncryptionKey",
            "Mail:PublicUrl", "Mail:From", "Mail:Smtp:Host");

    [Fact]
    public async Task Api_names_every_key_that_cannot_be_read_or_is_out_of_range() =>
        await ShouldRefuseAsync(
            "Api",
            78,
            [
                ("ConnectionStrings__appdb-api", $"Host=127.0.0.1;Password={Secret};No Such Word=1"),
                ("ConnectionStrings__cache", $"127.0.0.1:1,password={Secret},nosuchword=1"),
                ("Identity__KeyEncryptionKey", Secret),
                ("Identity__AccessTokenLifetime", "abc"),
                ("Identity__RefreshTokenLifetime", "1000.00:00:00"),
                ("Identity__Issuer", ""),
                ("RateLimits__Enabled", "perhaps"),
                ("RateLimits__Login__Permits", "99999999999"),
                ("RateLimits__SignUp__Permits", "-1"),
                ("RateLimits__Refresh__Window", "a while"),
                ("Stopping__FinishWithin", "abc"),
                ("Stopping__AnnounceFor", "-00:00:01"),
                ("HttpClient__Retries", "99"),
                ("HttpClient__FirstDelay", "abc"),
                ("Cors__AllowedOrigins__0", "*"),
                ("Identity__PasswordIterations", "209999"),
                ("Mail__Kind", "folder"),
                ("Mail__From", "Somebody <no-reply@app.example>"),
                ("Mail__PublicUrl", "http://app.example"),
                ("Mail__Attempts", "0"),
                ("Mail__Timeout", "forever"),
            ],
            "ConnectionStrings:appdb-api", "ConnectionStrings:cache", "Identity:KeyEncryptionKey", "Identity:AccessTokenLifetime",
            "Identity:RefreshTokenLifetime", "Identity:Issuer", "RateLimits:Enabled", "RateLimits:Login:Permits", "RateLimits:SignUp",
            "RateLimits:Refresh:Window", "Stopping:FinishWithin", "Stopping:AnnounceFor", "HttpClient:Retries", "HttpClient:FirstDelay", "Cors:AllowedOrigins",
            "Identity:PasswordIterations", "Mail:Kind", "Mail:Folder", "Mail:From", "Mail:PublicUrl", "Mail:Attempts", "Mail:Timeout");

    [Fact]
    public async Task Api_names_every_key_of_a_mail_server_that_does_not_do() =>
        await ShouldRefuseAsync(
            "Api",
            78,
            [("Mail__Smtp__Host", "mail server"), ("Mail__Smtp__Port", "70000"), ("Mail__Smtp__User", "app"), ("Mail__Smtp__Tls", "none")],
            "Mail:Smtp:Host", "Mail:Smtp:Port", "Mail:Smtp:Password", "Mail:Smtp:Tls");

    [Fact]
    public async Task Api_refuses_a_connection_that_would_carry_one_tenants_setting_to_another() =>
        await ShouldRefuseAsync(
            "Api",
            78,
            [("ConnectionStrings__appdb-api", Database + ";Multiplexing=true"), ("ConnectionStrings__cache", "127.0.0.1:1"), ("Identity__KeyEncryptionKey", "a key that nobody else in the world uses")],
            "ConnectionStrings:appdb-api");

    [Theory]
    [InlineData("Api", 78)]
    [InlineData("Worker", 78)]
    [InlineData("MigrationService", 2)]
    public async Task Folder_of_secrets_that_is_not_there_is_named(string service, int exitCode) =>
        await ShouldRefuseAsync(service, exitCode, [("SECRETS_DIRECTORY", "/nowhere/at/all")], "SECRETS_DIRECTORY");

    [Fact]
    public async Task Worker_names_every_key_that_cannot_be_read_or_is_out_of_range() =>
        await ShouldRefuseAsync(
            "Worker",
            78,
            [
                ("ConnectionStrings__appdb-worker", $"Host=127.0.0.1;Password={Secret};No Such Word=1"),
                ("ConnectionStrings__appdb-backup", $"Host=127.0.0.1;Password={Secret};Port=many"),
                ("Leases__Duration", "abc"),
                ("Leases__PollInterval", "5.00:00:00"),
                ("Leases__RetryAfter", "soon"),
                ("Backups__Retention__Daily", "99999999999"),
                ("Maintenance__TokenCleanup__Schedule", "every now and then"),
                ("HttpClient__Retries", "abc"),
            ],
            "ConnectionStrings:appdb-worker", "ConnectionStrings:appdb-backup", "Leases:Duration", "Leases:PollInterval", "Leases:RetryAfter",
            "Backups:Folder", "Backups:Retention:Daily", "Maintenance:TokenCleanup:Schedule", "HttpClient:Retries");

    [Fact]
    public async Task MigrationService_names_every_key_that_is_missing() =>
        await ShouldRefuseAsync("MigrationService", 2, [], "ConnectionStrings:appdb", "Roles:Api:Password", "Roles:Worker:Password", "Roles:Backup:Password");

    [Fact]
    public async Task MigrationService_names_every_key_that_does_not_do() =>
        await ShouldRefuseAsync(
            "MigrationService",
            2,
            [
                ("ConnectionStrings__appdb", $"Host=127.0.0.1;Password={Secret};No Such Word=1"), ("Roles__Api__Password", "hunter2"),
                ("Roles__Worker__Password", Secret + "\u00e9"), ("Roles__Backup__Password", ""),
            ],
            "ConnectionStrings:appdb", "Roles:Api:Password", "Roles:Worker:Password", "Roles:Backup:Password");

    [Fact]
    public async Task MigrationService_names_a_key_that_cannot_be_read() =>
        await ShouldRefuseAsync("MigrationService", 2, [("HttpClient__Retries", "abc"), ("HttpClient__FirstDelay", "abc")], "HttpClient:Retries", "HttpClient:FirstDelay");

    [Fact]
    public async Task Api_says_in_one_line_that_the_key_encryption_key_is_not_the_one_of_the_signing_keys()
    {
        var run = await ShouldRefuseAsync(
            "Api",
            78,
            [
                ("ConnectionStrings__appdb-api", await api.ConnectionStringAsync(ResourceNames.ApiDatabase)), ("ConnectionStrings__cache", "127.0.0.1:1,abortConnect=false"),
                ("Identity__KeyEncryptionKey", "another key than the one that wrapped them"), ("ASPNETCORE_URLS", "http://127.0.0.1:0"),
                ("Mail__PublicUrl", "https://app.example"), ("Mail__From", "no-reply@app.example"), ("Mail__Smtp__Host", "127.0.0.1"),
            ],
            "Identity:KeyEncryptionKey");

        run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem().ShouldStartWith("Cannot start: ");
        run.Output.ShouldNotContain("another key than");
    }

    private static async Task<ServiceRun> ShouldRefuseAsync(string service, int exitCode, (string Key, string Value)[] environment, params string[] named)
    {
        var run = await ServiceRun.OfAsync(service, environment.ToDictionary(pair => pair.Key, pair => pair.Value));

        run.ExitCode.ShouldBe(exitCode, run.Output);
        foreach (var key in named)
        {
            run.Output.ShouldContain(key);
        }

        run.Output.ShouldNotContain("hunter2");
        run.Output.ShouldNotContain("   at ");
        run.Output.ShouldNotContain("Exception");
        return run;
    }
}
