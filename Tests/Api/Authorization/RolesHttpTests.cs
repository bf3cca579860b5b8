using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Authorization;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Authorization;

public sealed class RolesHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Contacts = "/api/v1/contacts";

    public static TheoryData<string> Roles => ["admin", "event_manager", "event_viewer", "user"];

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Role_may_call_what_its_permissions_say_and_gets_403_elsewhere(string role)
    {
        var user = await AsAsync(role);
        var me = await user.Client.GetFromJsonAsync<JsonElement>("/api/v1/auth/me");
        me.GetProperty("user").GetProperty("roles")[0].GetString().ShouldBe(role);
        var permissions = me.GetProperty("permissions").EnumerateArray().Select(permission => permission.GetString()).ToHashSet();
        var routes = api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<RequiredPermission>() is not null).ToList();
        routes.Count.ShouldBeGreaterThanOrEqualTo(8);

        foreach (var route in routes)
        {
            var permission = route.Metadata.GetMetadata<RequiredPermission>()!.Permission;
            var path = "/" + route.RoutePattern.RawText!.Trim('/').Replace("{id}", Guid.CreateVersion7().ToString());
            using var request = new HttpRequestMessage(new HttpMethod(route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0]), path);
            var answer = await user.Client.SendAsync(request);
            if (permissions.Contains(permission))
            {
                answer.StatusCode.ShouldNotBe(HttpStatusCode.Forbidden, $"{role} {request.Method} {path}");
                answer.StatusCode.ShouldNotBe(HttpStatusCode.Unauthorized, $"{role} {request.Method} {path}");
            }
            else
            {
                await answer.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
            }
        }
    }

    [Fact]
    public async Task Viewer_reads_contacts_and_changes_none()
    {
        var admin = await api.SignUpAsync();
        using var made = await admin.Client.PostAsJsonAsync(Contacts, new { name = "Ann" });
        await api.ExecuteAsync("UPDATE users SET roles = '{event_viewer}' WHERE tenant_id = $1", admin.TenantId);
        var viewer = (await SignedIn.InAsync(api.NewClient, admin.Slug, admin.Email, admin.Password)).Client;

        (await viewer.GetAsync(made.Headers.Location)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await viewer.GetAsync(Contacts)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await viewer.PostAsJsonAsync(Contacts, new { name = "Bob" })).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
        await (await viewer.PutAsJsonAsync(made.Headers.Location, new { name = "Bob" })).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
        await (await viewer.PatchAsJsonAsync(made.Headers.Location, new { name = "Bob" })).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
        await (await viewer.DeleteAsync(made.Headers.Location)).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
        await (await viewer.GetAsync($"{Contacts}/export")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
        var file = new StringContent("name\nBob\n", MediaTypeHeaderValue.Parse("text/csv"));
        await (await viewer.PostAsync($"{Contacts}/import", file)).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");

        (await viewer.GetFromJsonAsync<JsonElement>(Contacts)).GetProperty("items").EnumerateArray().ShouldHaveSingleItem()
            .GetProperty("name").GetString().ShouldBe("Ann");
    }

    private async Task<SignedIn> AsAsync(string role)
    {
        var admin = await api.SignUpAsync();
        await api.ExecuteAsync("UPDATE users SET roles = ARRAY[$1] WHERE tenant_id = $2", role, admin.TenantId);
        return await SignedIn.InAsync(api.NewClient, admin.Slug, admin.Email, admin.Password);
    }
}
