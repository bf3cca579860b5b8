using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Audit;

public sealed class AuditedEndpointsTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private List<RouteEndpoint> Routes => [.. api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    [Fact]
    public void Every_endpoint_that_writes_says_what_it_records() => EndpointAuditCheck.Silent(Routes).ShouldBeEmpty();

    [Fact]
    public void Check_names_endpoints_that_write_and_do_not_say()
    {
        EndpointAuditCheck.Silent([
            Endpoint("POST", "/users", new RequiredPermission("user:manage")),
            Endpoint("DELETE", "/keys", new RequiredPermission("api_key:manage")),
            Endpoint("PUT", "/password"),
            Endpoint("PATCH", "/new", new RequiredPermission("something_new:update")),
            Endpoint("GET", "/users", new RequiredPermission("user:manage")),
            Endpoint("POST", "/contacts", new RequiredPermission("contact:create")),
            Endpoint("POST", "/roles", new RequiredPermission("role:manage"), new Audited([AuditActions.RoleCreated])),
            Endpoint("POST", "/preview", new NotAudited("It writes nothing.")),
        ]).ShouldBe(["POST /users", "DELETE /keys", "PUT /password", "PATCH /new"]);
    }

    [Fact]
    public void Every_action_that_an_endpoint_declares_has_a_name_in_the_list() =>
        Routes.SelectMany(route => route.Metadata.GetMetadata<Audited>()?.Actions ?? [])
            .Except(typeof(AuditActions).GetFields().Select(field => (string)field.GetRawConstantValue()!)).ShouldBeEmpty();

    [Theory]
    [InlineData("/silent", HttpStatusCode.InternalServerError)]
    [InlineData("/other", HttpStatusCode.InternalServerError)]
    [InlineData("/recorded", HttpStatusCode.OK)]
    [InlineData("/unchanged", HttpStatusCode.NoContent)]
    [InlineData("/refused", HttpStatusCode.Conflict)]
    public async Task Endpoint_that_succeeds_without_the_entry_it_declares_fails(string path, HttpStatusCode expected)
    {
        var user = await api.SignUpAsync();
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddScoped(_ => api.Services.CreateScope());
        builder.Services.AddScoped(services => services.GetRequiredService<IServiceScope>().ServiceProvider.GetRequiredService<AuditTrail>());
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Use(async (context, next) =>
        {
            await context.RequestServices.GetRequiredService<IServiceScope>().ServiceProvider
                .GetRequiredService<ProductionReady.Data.Tenancy.TenantContext>().EnterAsync(user.TenantId, context.RequestAborted);
            await next();
        });
        app.MapPost("/silent", () => TypedResults.Ok()).Audited("thing.done");
        app.MapPost("/other", (AuditTrail trail) => RecordAsync(trail, "thing.undone")).Audited("thing.done");
        app.MapPost("/recorded", (AuditTrail trail) => RecordAsync(trail, "thing.done")).Audited("thing.done", "thing.moved");
        app.MapPost("/refused", () => TypedResults.Conflict()).Audited("thing.done");
        app.MapPost("/unchanged", (AuditTrail trail) =>
        {
            trail.NothingChanged();
            return TypedResults.NoContent();
        }).Audited("thing.done");
        await app.StartAsync();

        using var client = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };
        using var answer = await client.PostAsync(path, null);

        answer.StatusCode.ShouldBe(expected);
    }

    private static async Task<IResult> RecordAsync(AuditTrail trail, string action)
    {
        await trail.RecordAsync(new AuditEvent(action, ProductionReady.Data.Audit.AuditOutcome.Succeeded, "thing", "1"), CancellationToken.None);
        return TypedResults.Ok();
    }

    private static RouteEndpoint Endpoint(string method, string pattern, params object[] metadata) => new(
        _ => Task.CompletedTask, RoutePatternFactory.Parse(pattern), 0, new([new HttpMethodMetadata([method]), .. metadata]), null);
}
