using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Authorization;
using ProductionReady.Data;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Tenancy;
using ProductionReady.Tests.Api.Idempotency;
using ProductionReady.Tests.Api.Users;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Matrix;

/// <summary>
/// Every endpoint of the running Api against every kind of caller. Nothing is listed by hand but the kinds of callers: the routes
/// are the running Api's, and what each must answer is computed from its metadata. A new endpoint is in it by itself.
/// </summary>
public sealed class MatrixTests(ApiFixture api, ITestOutputHelper output) : IClassFixture<ApiFixture>
{
    private static readonly ParallelOptions AFewAtATime = new() { MaxDegreeOfParallelism = 8 };

    public static TheoryData<string> Callers => [.. MatrixCaller.All.Select(caller => caller.Name)];

    private IReadOnlyList<MatrixRoute> Routes => MatrixRoute.All(api.Services.GetRequiredService<EndpointDataSource>());

    [Theory]
    [MemberData(nameof(Callers))]
    public async Task Endpoint_answers_each_caller_as_its_metadata_say(string name)
    {
        var caller = MatrixCaller.All.Single(one => one.Name == name);
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Routes, AFewAtATime, async (route, _) =>
        {
            using var client = await caller.Become(api);
            using var answer = await SendAsync(client, route, route.Path(AnyId), "{}");
            if (await FaultAsync(answer, caller.At(route)) is { } fault)
            {
                wrong.Add($"{route}: {fault}");
            }
        });

        output.WriteLine($"{Routes.Count} endpoints");
        Routes.Count.ShouldBeGreaterThanOrEqualTo(35);
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_tenants_administrator_finds_nothing_and_changes_nothing()
    {
        var victim = await api.SignUpAsync();
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in Routes.SelectMany(route => route.Resources).Distinct())
        {
            MatrixResources.Makers.ContainsKey(resource).ShouldBeTrue($"{nameof(MatrixResources)} needs a way to make what {resource} names.");
            ids[resource] = await MatrixResources.Makers[resource](api, victim);
        }

        var before = await RowsAsync(victim.TenantId);
        var marks = ids.Values.Where(id => Guid.TryParse(id, out _)).Append("victim").Append(victim.Email).Append(victim.TenantId.ToString()).ToList();
        var wrong = new ConcurrentBag<string>();
        var probed = 0;
        await Parallel.ForEachAsync(Routes.Where(route => route.Access != EndpointAccess.Anonymous), AFewAtATime, async (route, _) =>
        {
            // The thief is an administrator in his own tenant, so that permissions keep him from nothing.
            using var thief = (await api.AddMemberAsync(await MatrixCaller.TenantAsync(api), ["admin"])).Client;
            using var answer = await SendAsync(thief, route, route.Path(resource => ids[resource]), BodyFor(route));
            var text = await answer.Content.ReadAsStringAsync(CancellationToken.None);
            var addressed = route.Resources.Any() && route.Permission != Permissions.PlatformManage;
            if (addressed && answer.StatusCode != HttpStatusCode.NotFound)
            {
                wrong.Add($"{route}: {(int)answer.StatusCode} {text}");
            }

            // A problem repeats the path that was asked for.
            var told = answer.IsSuccessStatusCode ? marks.Where(mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase)).ToList() : [];
            if (told.Count > 0)
            {
                wrong.Add($"{route} tells {string.Join(", ", told)}");
            }

            Interlocked.Add(ref probed, addressed ? 1 : 0);
        });

        wrong.ShouldBeEmpty();
        probed.ShouldBeGreaterThanOrEqualTo(10);
        (await RowsAsync(victim.TenantId)).ShouldBe(before);
    }

    [Fact]
    public async Task Real_resources_are_found_by_their_own_administrator()
    {
        // Else the 404 above would prove nothing.
        var owner = await api.SignUpAsync();
        using var platform = (await api.AddMemberAsync(await api.PlatformAsync(), [BuiltInRoles.PlatformAdmin])).Client;
        var found = 0;
        foreach (var route in Routes.Where(route => !route.Changes && route.Access != EndpointAccess.Anonymous && route.Resources.Any()))
        {
            var ids = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var resource in route.Resources)
            {
                ids[resource] = await MatrixResources.Makers[resource](api, owner);
            }

            var client = route.Permission == Permissions.PlatformManage ? platform : owner.Client;
            using var answer = await SendAsync(client, route, route.Path(resource => ids[resource]), "{}");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, route.ToString());
            found++;
        }

        found.ShouldBeGreaterThanOrEqualTo(4);
    }

    private static string BodyFor(MatrixRoute route)
    {
        if (!route.TakesBody || !route.Resources.Any())
        {
            return "{}";
        }

        MatrixResources.Bodies.ContainsKey(route.Name!).ShouldBeTrue($"{nameof(MatrixResources)} needs a body that {route} would accept.");
        return MatrixResources.Bodies[route.Name!];
    }

    private static string AnyId(string resource) =>
        resource.EndsWith("{documentName}", StringComparison.Ordinal) ? "v1" : Guid.CreateVersion7().ToString();

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, MatrixRoute route, string path, string body)
    {
        var request = new HttpRequestMessage(new HttpMethod(route.Method), path);
        if (route.Changes && (route.TakesBody || route.Method != "DELETE"))
        {
            request.Content = new StringContent(body, Encoding.UTF8, route.ContentType);
        }

        return client.SendAsync(request);
    }

    private static async Task<string?> FaultAsync(HttpResponseMessage answer, Expected expected)
    {
        var status = (int)answer.StatusCode;
        var text = await answer.Content.ReadAsStringAsync();
        if (expected.Status is null)
        {
            return status is 401 or 403 or >= 500 ? $"{status} for a caller it should let in: {text}" : null;
        }

        if (status != expected.Status)
        {
            return $"{status} instead of {expected.Status}: {text}";
        }

        var code = JsonDocument.Parse(text).RootElement.GetProperty("code").GetString();
        return code == expected.Code ? null : $"{code} instead of {expected.Code}";
    }

    /// <summary>Everything the tenant has, as the superuser sees it.</summary>
    private async Task<string> RowsAsync(Guid tenantId)
    {
        await using var scope = api.Services.CreateAsyncScope();
        var tables = TenancyCatalog.TenantOwnedTables(scope.ServiceProvider.GetRequiredService<AppDbContext>().Model);
        var rows = new StringBuilder(await api.SqlAsync<string>($"SELECT t::text FROM tenants t WHERE id = '{tenantId}'"));
        foreach (var table in tables)
        {
            rows.Append('\n').Append(table).Append(": ").Append(
                await api.SqlAsync<string>($"SELECT string_agg(t::text, E'\\n' ORDER BY t::text) FROM {table} t WHERE tenant_id = '{tenantId}'"));
        }

        return rows.ToString();
    }
}
