using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Tenants.Plans;
using ProductionReady.Data;
using ProductionReady.Data.Tenancy;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Tenants;

public sealed class PlanLimitsHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Contacts = "/api/v1/contacts";

    [Fact]
    public async Task Contacts_stop_exactly_at_the_limit_when_64_are_created_at_once()
    {
        var (admin, operators) = (await api.SignUpAsync(), await api.OperatorAsync());
        await LimitAsync(operators, admin, contacts: 40);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => SendAsync(admin, i)));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(40);
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            var problem = await refused.ShouldBeProblemAsync(HttpStatusCode.Conflict, "plan_limit_reached");
            problem.GetProperty("errors").GetProperty("maxContacts").GetArrayLength().ShouldBe(1);
        }

        (await CountAsync("contacts", admin)).ShouldBe(40);

        // What is deleted makes room again, also after the limit's change is long past and the bound is believed.
        await api.ExecuteAsync("UPDATE contact_allowances SET bound = 40, limit_changed_at = now() - interval '1 hour' WHERE tenant_id = $1", admin.TenantId);
        await api.ExecuteAsync("DELETE FROM contacts WHERE tenant_id = $1 AND id IN (SELECT id FROM contacts WHERE tenant_id = $1 LIMIT 5)", admin.TenantId);
        var more = await Task.WhenAll(Enumerable.Range(100, 16).Select(i => SendAsync(admin, i)));
        more.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(5);
        (await CountAsync("contacts", admin)).ShouldBe(40);
    }

    [Fact]
    public async Task Import_fills_up_to_the_limit_updates_who_is_there_and_names_the_lines_that_are_left_out()
    {
        var (admin, operators) = (await api.SignUpAsync(), await api.OperatorAsync());
        (await admin.Client.PostAsJsonAsync(Contacts, new { name = "Old", email = "c1@x.example" })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await LimitAsync(operators, admin, contacts: 4);
        var lines = Enumerable.Range(0, 10).Select(i => $"Name {i},c{i}@x.example");
        var file = new StringContent("name,email\n" + string.Join('\n', lines), MediaTypeHeaderValue.Parse("text/csv"));

        using var answer = await admin.Client.PostAsync($"{Contacts}/import", file);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var report = await answer.Content.ReadFromJsonAsync<JsonElement>();
        (report.GetProperty("created").GetInt64(), report.GetProperty("updated").GetInt64(), report.GetProperty("rejectedCount").GetInt64()).ShouldBe((3, 1, 6));
        report.GetProperty("rejected").EnumerateArray().Select(rejection => rejection.GetProperty("line").GetInt64()).ShouldBe([6, 7, 8, 9, 10, 11]);
        (await CountAsync("contacts", admin)).ShouldBe(4);
    }

    [Fact]
    public async Task Contacts_are_refused_when_the_storage_was_used_up_at_the_last_measurement()
    {
        var (admin, operators) = (await api.SignUpAsync(), await api.OperatorAsync());
        await api.ExecuteAsync("INSERT INTO tenant_usage VALUES ($1, 1, 0, 5000, 1, 1, now())", admin.TenantId);
        await LimitAsync(operators, admin, storage: 5000);
        var problem = await (await SendAsync(admin, 1)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "plan_limit_reached");
        problem.GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("maxStorageBytes");
    }

    [Fact]
    public async Task Users_stop_exactly_at_the_limit_when_many_ask_at_once()
    {
        var (admin, operators) = (await api.SignUpAsync(), await api.OperatorAsync());
        await LimitAsync(operators, admin, users: 3);

        var granted = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            await using var scope = api.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<TenantContext>().EnterAsync(admin.TenantId, CancellationToken.None);
            var database = scope.ServiceProvider.GetRequiredService<AppDbContext>();
            await using var transaction = await database.Database.BeginTransactionAsync();
            try
            {
                await scope.ServiceProvider.GetRequiredService<UserRoom>().TakeAsync(CancellationToken.None);
            }
            catch (PlanLimitException)
            {
                return false;
            }

            database.Users.Add(new() { Email = $"u{i}@x.example", DisplayName = "U", Roles = ["user"], CreatedAt = DateTimeOffset.UtcNow, UpdatedAt = DateTimeOffset.UtcNow });
            await database.SaveChangesAsync();
            await transaction.CommitAsync();
            return true;
        }));

        granted.Count(room => room).ShouldBe(2);
        (await CountAsync("users", admin)).ShouldBe(3);
    }

    private static Task<HttpResponseMessage> SendAsync(SignedIn admin, int i) =>
        admin.Client.PostAsJsonAsync(Contacts, new { name = $"Contact {i}", email = $"new{i}@x.example" });

    private static async Task LimitAsync(SignedIn operators, SignedIn admin, int? users = null, long? contacts = null, long? storage = null)
    {
        using var answer = await operators.Client.PutAsJsonAsync(
            $"/api/v1/platform/tenants/{admin.TenantId}/limits",
            new { maxUsers = users, maxContacts = contacts, maxEventsAMonth = (long?)null, maxStorageBytes = storage });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>An update that changes nothing counts the rows.</summary>
    private Task<int> CountAsync(string table, SignedIn of) =>
        api.ExecuteAsync($"UPDATE {table} SET tenant_id = tenant_id WHERE tenant_id = $1", of.TenantId);
}
