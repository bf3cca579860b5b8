using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Identity.SecondFactors;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Api.Identity.Oidc;
using ProductionReady.Tests.Api.Identity.SecondFactors;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

/// <summary><c>keys rewrap</c> and what tenants have that is wrapped: after it the former key encryption key is needed for nothing.</summary>
public sealed class SecretRewrappingTests(OidcFixture api) : IClassFixture<OidcFixture>
{
    private const string Former = "a key that only the tests of this class ever use";
    private const string Next = "another key, for what comes after the first one";

    [Fact]
    public async Task After_it_second_factors_and_client_secrets_of_all_tenants_open_with_the_present_key_alone()
    {
        // Those of the class's other tests, which would be counted too.
        await api.ExecuteAsync("DELETE FROM second_factors");
        await api.ExecuteAsync("DELETE FROM oidc_providers");
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        var suspended = await SignedIn.UpAsync(api.NewClient);
        var app = await EnrolAsync(tenant.Admin);
        var pending = await Authenticator.BeginAsync(suspended.Client, suspended.Password);
        await api.ExecuteAsync("UPDATE tenants SET state = 'suspended' WHERE id = $1", suspended.TenantId);

        var rewrapped = await RewrapAsync(Next, Former);
        try
        {
            rewrapped.ExitCode.ShouldBe(0, rewrapped.Output);
            rewrapped.Output.ShouldContain("2 second factors wrapped anew, 0 were already, 0 open with no key.");
            rewrapped.Output.ShouldContain("1 client secrets of identity providers wrapped anew, 0 were already, 0 open with no key.");
            await using var next = api.StartAnother(("Identity:KeyEncryptionKey", Next));
            using (var byProvider = await (tenant with { Client = next.NewClient() }).TryAsync())
            {
                byProvider.StatusCode.ShouldBe(HttpStatusCode.OK, await byProvider.Content.ReadAsStringAsync());
            }

            using (var byCode = await next.NewClient().CompleteAsync(await next.NewClient().ChallengeAsync(tenant.Admin), app.Code()))
            {
                byCode.StatusCode.ShouldBe(HttpStatusCode.OK, await byCode.Content.ReadAsStringAsync());
            }

            await api.ExecuteAsync("UPDATE tenants SET state = 'active' WHERE id = $1", suspended.TenantId);
            var back = await SignedIn.InAsync(next.NewClient, suspended.Slug, suspended.Email, suspended.Password);
            await Authenticator.ConfirmAsync(back.Client, pending);

            var again = await RewrapAsync(Next, Former);
            again.Output.ShouldContain("0 second factors wrapped anew, 2 were already, 0 open with no key.");
            again.Output.ShouldContain("0 client secrets of identity providers wrapped anew, 1 were already, 0 open with no key.");
        }
        finally
        {
            await RewrapAsync(Former, Next);
        }
    }

    [Fact]
    public async Task It_loses_no_change_that_is_made_at_the_same_time()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider);
        var user = await SignedIn.UpAsync(api.NewClient);
        await Authenticator.BeginAsync(user.Client, user.Password);
        await using var both = api.StartAnother(("Identity:KeyEncryptionKey", Next), ("Identity:PreviousKeyEncryptionKeys:0", Former));
        var enrolled = both.Services.GetRequiredService<SecondFactorSecrets>().Wrap(user.TenantId, await UserIdAsync(user), Totp.NewSecret());
        await using var enrolment = await HeldChange.MakeAsync(
            api.AdminConnectionString, "UPDATE second_factors SET wrapped_secret = $2, created_at = clock_timestamp() WHERE tenant_id = $1", user.TenantId, enrolled);
        await using var publicClient = await HeldChange.MakeAsync(
            api.AdminConnectionString, "UPDATE oidc_providers SET wrapped_client_secret = NULL WHERE tenant_id = $1", tenant.Admin.TenantId);

        var rewrapping = RewrapAsync(Next, Former);
        await publicClient.SomebodyWaitsAsync();
        await publicClient.CommitAsync();
        await enrolment.SomebodyWaitsAsync();
        await enrolment.CommitAsync();
        var rewrapped = await rewrapping;
        try
        {
            rewrapped.ExitCode.ShouldBe(0, rewrapped.Output);
            (await api.QueryAsync<byte[]>("SELECT wrapped_secret FROM second_factors WHERE tenant_id = $1", user.TenantId)).ShouldHaveSingleItem().ShouldBe(enrolled);
            (await api.QueryAsync<bool>("SELECT wrapped_client_secret IS NULL FROM oidc_providers WHERE tenant_id = $1", tenant.Admin.TenantId)).ShouldBe([true]);
        }
        finally
        {
            await RewrapAsync(Former, Next);
        }
    }

    [Fact]
    public async Task What_no_key_opens_is_left_and_counted_and_the_rest_is_done()
    {
        var user = await SignedIn.UpAsync(api.NewClient);
        var other = await SignedIn.UpAsync(api.NewClient);
        await Authenticator.BeginAsync(user.Client, user.Password);
        await Authenticator.BeginAsync(other.Client, other.Password);
        await api.ExecuteAsync("UPDATE second_factors SET wrapped_secret = 'nonsense' WHERE tenant_id = $1", user.TenantId);

        var rewrapped = await RewrapAsync(Next, Former);
        await RewrapAsync(Former, Next);

        rewrapped.ExitCode.ShouldBe(0, rewrapped.Output);
        rewrapped.Output.ShouldContain("1 open with no key.");
        rewrapped.Output.ShouldContain(user.TenantId.ToString());
        (await api.QueryAsync<byte[]>("SELECT wrapped_secret FROM second_factors WHERE tenant_id = $1", user.TenantId)).ShouldBe(["nonsense"u8.ToArray()]);
        await api.ExecuteAsync("DELETE FROM second_factors WHERE tenant_id = $1", user.TenantId);
    }

    private async Task<Authenticator> EnrolAsync(SignedIn user)
    {
        var app = await Authenticator.BeginAsync(user.Client, user.Password);
        await Authenticator.ConfirmAsync(user.Client, app);
        await api.ExecuteAsync("UPDATE second_factors SET last_step = 0 WHERE tenant_id = $1", user.TenantId);
        return app;
    }

    private static async Task<Guid> UserIdAsync(SignedIn user) =>
        (await user.Client.GetFromJsonAsync<JsonElement>("/api/v1/auth/me")).GetProperty("user").GetProperty("id").GetGuid();

    private async Task<ServiceRun> RewrapAsync(string present, string former) => await ServiceRun.OfAsync(
        "Api",
        new Dictionary<string, string>
        {
            [$"ConnectionStrings__{ResourceNames.ApiDatabase}"] = await api.ConnectionStringAsync(ResourceNames.ApiDatabase),
            ["Identity__KeyEncryptionKey"] = present,
            ["Identity__PreviousKeyEncryptionKeys__0"] = former,
        },
        "keys", "rewrap");
}
