using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace ProductionReady.Tests.Api.Identity.Oidc;

/// <summary>Providers that are down, hang, or answer what they must not: 503 or 502, never 500, and no session.</summary>
public sealed class OidcProviderFailureHttpTests(OidcFixture api) : IClassFixture<OidcFixture>
{
    public static TheoryData<string, string, int, string> Failures
    {
        get
        {
            var all = new TheoryData<string, string, int, string>();
            foreach (var path in (string[])[TestProvider.DiscoveryPath, TestProvider.KeysPath, TestProvider.TokenPath])
            {
                foreach (var unavailable in (string[])["hangs", "sends half and hangs", "500", "429", "closes"])
                {
                    all.Add(path, unavailable, 503, "provider_unavailable");
                }

                foreach (var invalid in (string[])["huge", "endless", "redirect", "redirect inside", "204", "no JSON", "nothing", "an array", "duplicates", "deep", "half a surrogate"])
                {
                    all.Add(path, invalid, 502, "provider_invalid");
                }
            }

            all.Add(TestProvider.DiscoveryPath, "404", 502, "provider_invalid");
            all.Add(TestProvider.KeysPath, "404", 502, "provider_invalid");
            all.Add(TestProvider.KeysPath, "an object", 502, "provider_invalid");
            all.Add(TestProvider.TokenPath, "an object", 502, "provider_invalid");
            all.Add(TestProvider.TokenPath, "invalid_client", 502, "provider_invalid");
            all.Add(TestProvider.TokenPath, "404", 401, "oidc_code_refused");
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Failure_of_a_provider_is_told_as_such(string path, string how, int status, string code)
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        provider.Instead[path] = context => MisbehaveAsync(how, context, provider);
        using var impatient = how.EndsWith("hangs", StringComparison.Ordinal) ? api.NewImpatientClient() : null;

        if (path == TestProvider.DiscoveryPath)
        {
            var answer = await (tenant with { Client = impatient ?? tenant.Client }).StartAsync();
            ShouldAskToRetry(answer, status);
            await answer.ShouldBeProblemAsync((HttpStatusCode)status, code);
            (await api.QueryAsync<long>("SELECT count(*) FROM oidc_sign_ins WHERE tenant_id = $1", tenant.Admin.TenantId)).ShouldBe([0]);
        }
        else
        {
            await (tenant with { Finisher = impatient }).ShouldBeRefusedAsync((HttpStatusCode)status, code);
        }

        provider.Requests.GetValueOrDefault(TestProvider.TokenPath).ShouldBeLessThanOrEqualTo(1, "a code is sent once");
        provider.Instead.Clear();
        await tenant.SignInAsync();
    }

    private static void ShouldAskToRetry(HttpResponseMessage answer, int status) =>
        (answer.Headers.RetryAfter?.Delta > TimeSpan.Zero).ShouldBe(status == 503);

    private static async Task MisbehaveAsync(string how, HttpContext context, TestProvider provider)
    {
        var response = context.Response;
        response.ContentType = "application/json";
        switch (how)
        {
            case "hangs":
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
                break;
            case "sends half and hangs":
                await response.WriteAsync("{");
                await response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
                break;
            case "closes":
                context.Abort();
                break;
            case "huge":
                await response.WriteAsync($$"""{"x":"{{new string('x', 300 * 1024)}}"}""");
                break;
            case "endless":
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await response.Body.WriteAsync(new byte[64 * 1024]);
                }

                break;
            case "redirect":
                response.Redirect(provider.Issuer + "/elsewhere");
                break;
            case "redirect inside":
                response.Redirect("http://169.254.169.254/latest/meta-data/");
                break;
            case "no JSON":
                await response.WriteAsync("<html>");
                break;
            case "nothing":
                break;
            case "an array":
                await response.WriteAsync("[]");
                break;
            case "an object":
                await response.WriteAsync("{}");
                break;
            case "duplicates":
                await response.WriteAsync($$"""{"issuer":"{{provider.Issuer}}","keys":[],"keys":[],"id_token":"a","id_token":"b","issuer":"{{provider.Issuer}}"}""");
                break;
            case "deep":
                await response.WriteAsync($$"""{"x":{{new string('[', 100)}}{{new string(']', 100)}}}""");
                break;
            case "half a surrogate":
                await response.WriteAsync("""{"issuer":"\ud800","keys":"\ud800","id_token":"\ud800"}""");
                break;
            case "invalid_client":
                response.StatusCode = 401;
                await response.WriteAsync("""{"error":"invalid_client"}""");
                break;
            case "404":
                response.StatusCode = 404;
                await response.WriteAsync("{}");
                break;
            default:
                response.StatusCode = int.Parse(how);
                break;
        }
    }

    [Fact]
    public async Task Discovery_document_must_be_the_configured_issuers_and_name_addresses_that_may_be_called()
    {
        Action<JsonObject>[] lies =
        [
            document => document["issuer"] = "https://accounts.example",
            document => document["issuer"] = document["issuer"]!.GetValue<string>() + "/",
            document => document.Remove("issuer"),
            document => document.Remove("token_endpoint"),
            document => document["token_endpoint"] = 7,
            document => document["token_endpoint"] = "/token",
            document => document["token_endpoint"] = "http://provider.example/token",
            document => document["token_endpoint"] = "https://10.0.0.1/token",
            document => document["jwks_uri"] = "https://169.254.169.254/keys",
            document => document["jwks_uri"] = "file:///etc/passwd",
            document => document["jwks_uri"] = "https://[::ffff:10.0.0.1]/keys",
            document => document["authorization_endpoint"] = "javascript:alert(1)",
            document => document["authorization_endpoint"] = "https://user:secret@provider.example/authorize",
        ];
        foreach (var lie in lies)
        {
            await using var provider = await TestProvider.StartAsync();
            var tenant = await api.TenantAsync(provider);
            provider.Discovery = lie;
            await (await tenant.StartAsync()).ShouldBeProblemAsync(HttpStatusCode.BadGateway, "provider_invalid");
        }
    }

    [Fact]
    public async Task Provider_on_this_machine_is_not_called_unless_that_is_allowed()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider);
        await using var strict = api.StartAnother(("Identity:Oidc:AllowLoopbackHttp", "false"));
        using var client = strict.NewClient();

        await (await client.PostAsJsonAsync(OidcTenant.Start, new { tenant = tenant.Admin.Slug, provider = "corp", redirectUri = OidcTenant.RedirectUri }))
            .ShouldBeProblemAsync(HttpStatusCode.BadGateway, "provider_invalid");
        foreach (var name in (string[])["localhost", "0x7f.1"])
        {
            // A name, unlike an address, is refused only when it has been looked up.
            await api.ExecuteAsync(
                "UPDATE oidc_providers SET issuer = $1 WHERE tenant_id = $2", $"https://{name}:{new Uri(provider.Issuer).Port}", tenant.Admin.TenantId);
            await (await client.PostAsJsonAsync(OidcTenant.Start, new { tenant = tenant.Admin.Slug, provider = "corp", redirectUri = OidcTenant.RedirectUri }))
                .ShouldBeProblemAsync(HttpStatusCode.BadGateway, "provider_invalid");
        }

        provider.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Sign_in_reads_neither_metadata_nor_keys_anew_while_they_are_fresh()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        await tenant.SignInAsync();
        provider.Instead[TestProvider.DiscoveryPath] = provider.Instead[TestProvider.KeysPath] = context => MisbehaveAsync("500", context, provider);

        await tenant.SignInAsync();
    }

    [Fact]
    public async Task Provider_that_is_down_is_found_again_when_it_is_back()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        provider.Instead[TestProvider.DiscoveryPath] = context => MisbehaveAsync("500", context, provider);
        await (await tenant.StartAsync()).ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");
        provider.Instead.Clear();

        await tenant.SignInAsync();
    }
}
