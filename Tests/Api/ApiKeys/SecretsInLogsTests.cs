using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Api.Identity.SecondFactors;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.ApiKeys;

/// <summary>An Api that logs all it can, and is given every secret there is, rightly and wrongly.</summary>
public sealed class SecretsInLogsTests(App app, ApiFixture api) : IClassFixture<ApiFixture>
{
    // Those that the defaults keep quiet, each by its name: the longest name that fits wins.
    private static readonly string[] Categories =
    [
        "Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Microsoft.EntityFrameworkCore.Query",
        "Microsoft.EntityFrameworkCore.Update", "Microsoft.EntityFrameworkCore.Database.Connection",
        "Microsoft.EntityFrameworkCore.Database.Command", "Npgsql",
    ];

    [Fact]
    public async Task No_secret_is_in_the_log_however_much_is_logged()
    {
        var settings = new Dictionary<string, string>
        {
            ["Identity__KeyEncryptionKey"] = "a key that only the tests of this class ever use",
            ["RateLimits__Enabled"] = "false",
            [$"ConnectionStrings__{ResourceNames.ApiDatabase}"] = await api.ConnectionStringAsync(ResourceNames.ApiDatabase),
            [$"ConnectionStrings__{ResourceNames.Cache}"] = await app.ConnectionStringAsync(ResourceNames.Cache),
        };
        foreach (var category in Categories)
        {
            settings["Logging__LogLevel__" + category] = "Trace";
        }

        await using var logging = await ApiProcess.StartAsync(settings);
        var admin = await SignedIn.UpAsync(logging.NewClient);
        var (_, key) = await admin.MakeKeyAsync(null, "contact:read");
        (await logging.NewClient().With(key).StatusAsync()).ShouldBe(HttpStatusCode.OK);
        (await logging.NewClient().With(key + "A").StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
        var authenticator = await Authenticator.BeginAsync(admin.Client, admin.Password);
        var recoveryCodes = await Authenticator.ConfirmAsync(admin.Client, authenticator);
        var challenge = await logging.NewClient().ChallengeAsync(admin);
        (await logging.NewClient().CompleteAsync(challenge, authenticator.WrongCode())).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var completed = await logging.NewClient().CompleteAsync(challenge, recoveryCodes[0]);
        completed.StatusCode.ShouldBe(HttpStatusCode.OK, await completed.Content.ReadAsStringAsync());
        var tokens = await completed.Content.ReadFromJsonAsync<JsonElement>();
        (await admin.Client.RemoveFactorAsync(recoveryCodes[1])).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        logging.Terminate();
        var log = (await logging.ExitAsync()).Output;

        log.Contains("Executing endpoint", StringComparison.Ordinal).ShouldBeTrue("the framework says much");
        log.Contains("recovery_codes", StringComparison.Ordinal).ShouldBeTrue("and so does the database");
        string[] secrets =
        [
            key, key[4..], authenticator.Secret, challenge, recoveryCodes[0], recoveryCodes[1], admin.Password, admin.AccessToken, admin.RefreshToken,
            tokens.GetProperty("accessToken").GetString()!, tokens.GetProperty("refreshToken").GetString()!,
        ];
        foreach (var secret in secrets)
        {
            log.Contains(secret, StringComparison.OrdinalIgnoreCase).ShouldBeFalse(secret[..4] + "…");
        }
    }
}
