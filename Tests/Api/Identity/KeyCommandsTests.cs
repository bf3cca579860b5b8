using System.Net;
using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

public sealed class KeyCommandsTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string KeyEncryptionKey = "a key that only the tests of this class ever use";
    private const string NextKeyEncryptionKey = "another key, for what comes after the first one";

    [Fact]
    public async Task Rotate_publishes_a_key_and_list_tells_of_both()
    {
        await api.SignUpAsync();

        var rotated = await KeysAsync(KeyEncryptionKey, "rotate");
        var listed = await KeysAsync(KeyEncryptionKey, "list");

        rotated.ExitCode.ShouldBe(0, rotated.Output);
        listed.ExitCode.ShouldBe(0, listed.Output);
        listed.Output.ShouldContain(rotated.Output.Split(' ')[0]);
        listed.Output.ShouldContain("published");
        listed.Output.ShouldContain("signing");
    }

    [Fact]
    public async Task Rotate_now_makes_running_instances_refuse_what_the_old_key_signed_and_sign_with_the_new_one()
    {
        await using var other = api.StartAnother();
        var user = await api.SignUpAsync();
        await ShouldBeGoodAsync(user, other);

        var rotated = await KeysAsync(KeyEncryptionKey, "rotate", more: [], "--now");

        rotated.ExitCode.ShouldBe(0, rotated.Output);
        foreach (var client in (HttpClient[])[api.NewClient(), other.NewClient()])
        {
            client.DefaultRequestHeaders.Authorization = user.Client.DefaultRequestHeaders.Authorization;
            await Eventually.BecomesTrueAsync("the token is refused", TimeSpan.FromSeconds(10), async () =>
            {
                using var answer = await client.GetAsync("/api/v1/auth/me");
                return answer.StatusCode == HttpStatusCode.Unauthorized;
            });
        }

        await ShouldBeGoodAsync(await SignedIn.InAsync(other.NewClient, user.Slug, user.Email, user.Password), other);
        (await KeysAsync(KeyEncryptionKey, "list")).Output.ShouldContain("retired");
    }

    [Fact]
    public async Task Rewrap_makes_the_former_key_encryption_key_unnecessary_and_every_token_stays_good()
    {
        var user = await api.SignUpAsync();
        (await KeysAsync(NextKeyEncryptionKey, "rewrap")).ExitCode.ShouldBe(2, "The former one was not given.");

        await using (var both = api.StartAnother(
            ("Identity:KeyEncryptionKey", NextKeyEncryptionKey), ("Identity:PreviousKeyEncryptionKeys:0", KeyEncryptionKey)))
        {
            await ShouldBeGoodAsync(user, both);
        }

        var rewrapped = await KeysAsync(NextKeyEncryptionKey, "rewrap", ("Identity__PreviousKeyEncryptionKeys__0", KeyEncryptionKey));
        rewrapped.ExitCode.ShouldBe(0, rewrapped.Output);
        rewrapped.Output.ShouldNotStartWith("0 signing keys");

        await using (var next = api.StartAnother(("Identity:KeyEncryptionKey", NextKeyEncryptionKey)))
        {
            await ShouldBeGoodAsync(user, next);
        }

        var back = await KeysAsync(KeyEncryptionKey, "rewrap", ("Identity__PreviousKeyEncryptionKeys__0", NextKeyEncryptionKey));
        back.ExitCode.ShouldBe(0, back.Output);
    }

    [Theory]
    [InlineData("keys")]
    [InlineData("keys", "rotate", "--soon")]
    [InlineData("keys", "forget")]
    public async Task A_command_line_that_is_not_understood_gives_2_and_changes_nothing(params string[] arguments) =>
        (await ServiceRun.OfAsync("Api", new Dictionary<string, string>(), arguments)).ExitCode.ShouldBe(2);

    [Fact]
    public async Task Missing_configuration_gives_2_and_names_the_keys()
    {
        var run = await ServiceRun.OfAsync("Api", new Dictionary<string, string> { ["Identity__SigningKeys__RotateEvery"] = "00:00:01" }, "keys", "list");

        run.ExitCode.ShouldBe(2, run.Output);
        run.Output.ShouldContain("ConnectionStrings:appdb-api");
        run.Output.ShouldContain("Identity:KeyEncryptionKey");
        run.Output.ShouldContain("Identity:SigningKeys:RotateEvery");
    }

    [Fact]
    public async Task A_database_that_is_away_gives_1()
    {
        var connection = new NpgsqlConnectionStringBuilder(await api.ConnectionStringAsync(ResourceNames.ApiDatabase)) { Port = 1 };

        var run = await ServiceRun.OfAsync("Api", Environment(connection.ConnectionString, KeyEncryptionKey), "keys", "rotate", "--now");

        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.ShouldContain("nothing was changed");
    }

    private static async Task ShouldBeGoodAsync(SignedIn user, RunningApi instance)
    {
        using var client = instance.NewClient();
        client.DefaultRequestHeaders.Authorization = user.Client.DefaultRequestHeaders.Authorization;
        using var answer = await client.GetAsync("/api/v1/auth/me");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    private Task<ServiceRun> KeysAsync(string keyEncryptionKey, string verb, params (string Key, string Value)[] more) =>
        KeysAsync(keyEncryptionKey, verb, more, []);

    private async Task<ServiceRun> KeysAsync(string keyEncryptionKey, string verb, (string Key, string Value)[] more, params string[] options)
    {
        var environment = Environment(await api.ConnectionStringAsync(ResourceNames.ApiDatabase), keyEncryptionKey);
        foreach (var (key, value) in more)
        {
            environment[key] = value;
        }

        return await ServiceRun.OfAsync("Api", environment, ["keys", verb, .. options]);
    }

    private static Dictionary<string, string> Environment(string connectionString, string keyEncryptionKey) => new()
    {
        [$"ConnectionStrings__{ResourceNames.ApiDatabase}"] = connectionString,
        ["Identity__KeyEncryptionKey"] = keyEncryptionKey,
    };
}
