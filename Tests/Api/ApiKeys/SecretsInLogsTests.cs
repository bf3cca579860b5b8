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
    [Fact]
    public async Task No_secret_is_in_the_log_however_much_is_logged()
    {
        await using var logging = await ApiProcess.StartAsync(new Dictionary<string, string>
        {
            ["Logging__LogLevel__Default"] = "Trace",
            ["Logging__LogLevel__Microsoft"] = "Trace",
            ["Logging__LogLevel__Npgsql"] = "Trace",
            ["Identity__KeyEncryptionKey"] = "a key that only the tests of this class ever use",
            [$"ConnectionStrings__{ResourceNames.ApiDatabase}"] = await api.ConnectionStringAsync(ResourceNames.ApiDatabase),
            [$"ConnectionStrings__{ResourceNames.Cache}"] = await app.ConnectionStringAsync(ResourceNames.Cache),
        });
        var admin = await SignedIn.UpAsync(logging.NewClient);
        var (_, key) = await admin.MakeKeyAsync(null, "contact:read");
        (await logging.NewClient().With(key).StatusAsync()).ShouldBe(HttpStatusCode.OK);
        (await logging.NewClient().With(key + "A").StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
        var authenticator = await Authenticator.BeginAsync(admin.Client);
        var recoveryCodes = await Authenticator.ConfirmAsync(admin.Client, authenticator);
        var challenge = await logging.NewClient().ChallengeAsync(admin);
        (await logging.NewClient().CompleteAsync(challenge, authenticator.WrongCode())).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var completed = await logging.NewClient().CompleteAsync(challenge, recoveryCodes[0]);
        completed.StatusCode.ShouldBe(HttpStatusCode.OK, await completed.Content.ReadAsStringAsync());
        var tokens = await completed.Content.ReadFromJsonAsync<JsonElement>();
        (await admin.Client.RemoveFactorAsync(recoveryCodes[1])).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        logging.Terminate();
        var log = (await logging.ExitAsync()).Output;

        log.ShouldContain("Executing endpoint", customMessage: "the log says much");
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
