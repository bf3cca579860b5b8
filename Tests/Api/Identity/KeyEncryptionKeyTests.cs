using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

public sealed class KeyEncryptionKeyTests(ApiFixture api, App app) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task The_Api_does_not_start_and_says_the_way_out_when_the_key_encryption_key_is_another()
    {
        await api.SignUpAsync();

        var run = await ServiceRun.OfAsync("Api", new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            [$"ConnectionStrings__{ResourceNames.ApiDatabase}"] = await api.ConnectionStringAsync(ResourceNames.ApiDatabase),
            [$"ConnectionStrings__{ResourceNames.Cache}"] = await app.ConnectionStringAsync(ResourceNames.Cache),
            ["Mail__PublicUrl"] = "https://app.example",
            ["Mail__From"] = "no-reply@app.example",
            ["Mail__Smtp__Host"] = "127.0.0.1",
            ["Identity__KeyEncryptionKey"] = "a key that never wrapped anything at all",
        });

        run.ExitCode.ShouldBe(78, run.Output);
        run.Output.ShouldContain("Identity:KeyEncryptionKey is not the one");
        run.Output.ShouldContain("empty the table signing_keys");
    }
}
