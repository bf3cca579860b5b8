using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Operations;

public sealed class OperationsHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Root = "/api/v1/operations/";

    [Fact]
    public async Task Backups_and_drills_are_listed_newest_first_page_by_page()
    {
        var operators = await api.OperatorAsync();
        for (var day = 1; day <= 3; day++)
        {
            var at = new DateTimeOffset(2026, 1, day, 2, 15, 0, TimeSpan.Zero);
            await api.ExecuteAsync(
                """
                INSERT INTO published_backups (kind, id, place, started_at, finished_at, bytes, server_version, verified_at, verified, problem)
                VALUES ('base', $1, $2, $3, $3, 7, '15.8', $3, true, NULL)
                """,
                $"2026010{day}T021500Z-aaaa", Guid.CreateVersion7(at), at);
            await api.ExecuteAsync(
                "INSERT INTO published_drills (id, place, started_at, finished_at, outcome, document) VALUES ($1, $2, $3, $3, 'passed', '{\"recoveryTimeSeconds\": 4.5}')",
                $"2026010{day}T043000Z-bbbb", Guid.CreateVersion7(at), at);
        }

        await api.ExecuteAsync("""
            INSERT INTO published_backups (kind, id, place, started_at, finished_at, bytes, server_version)
            VALUES ('dump', 'x', gen_random_uuid(), now(), now(), 1, '15.8')
            """);
        var first = await operators.Client.GetFromJsonAsync<JsonElement>($"{Root}backups?kind=base&limit=2");
        first.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()).ShouldBe(["20260103T021500Z-aaaa", "20260102T021500Z-aaaa"]);
        first.GetProperty("items")[0].GetProperty("verification").GetProperty("passed").GetBoolean().ShouldBeTrue();
        first.GetProperty("items")[0].GetProperty("restoreTest").ValueKind.ShouldBe(JsonValueKind.Null);
        var cursor = first.GetProperty("nextCursor").GetString();
        var second = await operators.Client.GetFromJsonAsync<JsonElement>($"{Root}backups?kind=base&limit=2&cursor={cursor}");
        second.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()).ShouldBe(["20260101T021500Z-aaaa"]);
        second.GetProperty("nextCursor").ValueKind.ShouldBe(JsonValueKind.Null);
        await (await operators.Client.GetAsync($"{Root}backups?kind=dump&cursor={cursor}")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "cursor_invalid");
        await (await operators.Client.GetAsync($"{Root}backups?kind=tape")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        await (await operators.Client.GetAsync($"{Root}drills?limit=0")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");

        var drills = await operators.Client.GetFromJsonAsync<JsonElement>($"{Root}drills?limit=1");
        drills.GetProperty("items")[0].GetProperty("document").GetProperty("recoveryTimeSeconds").GetDouble().ShouldBe(4.5);
    }

    [Fact]
    public async Task Backup_is_asked_for_once_by_key_and_shared_while_nobody_has_begun_it()
    {
        var operators = await api.OperatorAsync();
        await api.ExecuteAsync("UPDATE operation_requests SET state = 'failed' WHERE state = 'waiting'");
        var first = await AskAsync(operators, "backups", null, "key-1");
        first.GetProperty("state").GetString().ShouldBe("waiting");
        (await AskAsync(operators, "backups", null, "key-1")).GetProperty("id").GetGuid().ShouldBe(first.GetProperty("id").GetGuid());
        (await AskAsync(operators, "backups", null, "key-2")).GetProperty("id").GetGuid().ShouldBe(first.GetProperty("id").GetGuid());
        await api.ExecuteAsync("UPDATE operation_requests SET state = 'running' WHERE id = $1", first.GetProperty("id").GetGuid());
        (await AskAsync(operators, "backups", null, "key-1")).GetProperty("id").GetGuid().ShouldBe(first.GetProperty("id").GetGuid(), "a repeat is the same");
        var next = await AskAsync(operators, "backups", null, null);
        next.GetProperty("id").GetGuid().ShouldNotBe(first.GetProperty("id").GetGuid());
        (await operators.Client.GetFromJsonAsync<JsonElement>($"{Root}requests/{next.GetProperty("id")}")).GetProperty("kind").GetString().ShouldBe("backup");
        await (await operators.Client.GetAsync($"{Root}requests/nonsense")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "request_not_found");
        (await api.ExecuteAsync("UPDATE audit_entries SET action = action WHERE action = 'backup.requested' AND tenant_id = $1", operators.TenantId)).ShouldBe(3);
    }

    [Fact]
    public async Task Restore_is_asked_for_one_tenant_that_is_there()
    {
        var operators = await api.OperatorAsync();
        var user = await api.SignUpAsync();
        var to = DateTimeOffset.UtcNow.AddMinutes(-5);
        var asked = await AskAsync(operators, "restores", new { tenantId = user.TenantId, to }, null);
        asked.GetProperty("tenantId").GetGuid().ShouldBe(user.TenantId);
        asked.GetProperty("restoreTo").GetDateTimeOffset().ShouldBe(to, TimeSpan.FromMilliseconds(1));
        await api.ExecuteAsync(
            """UPDATE operation_requests SET state = 'succeeded', outcome = '{"tables": [{"table": "contacts", "add": 3, "change": 1, "delete": 2}]}' WHERE id = $1""",
            asked.GetProperty("id").GetGuid());
        var known = (await operators.Client.GetFromJsonAsync<JsonElement>($"{Root}restores?limit=1")).GetProperty("items")[0];
        known.GetProperty("outcome").GetProperty("tables")[0].GetProperty("add").GetInt32().ShouldBe(3);
        (await api.ExecuteAsync("UPDATE audit_entries SET action = action WHERE action = 'restore.requested' AND tenant_id = $1", operators.TenantId)).ShouldBe(1);

        await RefusedAsync(operators, new { tenantId = Guid.CreateVersion7(), to }, HttpStatusCode.NotFound, "tenant_not_found");
        await RefusedAsync(operators, new { tenantId = user.TenantId, to = DateTimeOffset.UtcNow.AddHours(1) }, HttpStatusCode.UnprocessableEntity, "validation_failed");
        await RefusedAsync(operators, new { tenantId = operators.TenantId, to }, HttpStatusCode.UnprocessableEntity, "validation_failed");
        await api.ExecuteAsync(
            "INSERT INTO tombstones (id, slug_hash, due_at, started_at, rows_before) VALUES ($1, sha256('gone'), now(), now(), '{}')", user.TenantId);
        await RefusedAsync(operators, new { tenantId = user.TenantId, to }, HttpStatusCode.Conflict, "tenant_erased");
    }

    [Fact]
    public async Task Health_is_the_worst_that_a_Worker_said_and_unknown_when_all_are_silent()
    {
        var operators = await api.OperatorAsync();
        await api.ExecuteAsync("DELETE FROM operation_health");
        (await HealthAsync(operators)).ShouldBe("unknown");
        await api.ExecuteAsync("INSERT INTO operation_health VALUES ('w/1', 'store', 'healthy', 'It answers.', now(), now())");
        (await HealthAsync(operators)).ShouldBe("healthy");
        await api.ExecuteAsync("INSERT INTO operation_health VALUES ('w/2', 'drill', 'unhealthy', 'It failed.', now(), now())");
        (await HealthAsync(operators)).ShouldBe("unhealthy");
        await api.ExecuteAsync("UPDATE operation_health SET checked_at = now() - interval '2 minutes'");
        (await HealthAsync(operators)).ShouldBe("unknown");
    }

    [Theory]
    [InlineData("backups")]
    [InlineData("drills")]
    [InlineData("restores")]
    [InlineData("health")]
    public async Task Administrators_of_a_tenant_see_nothing_of_it(string path)
    {
        var admin = await api.SignUpAsync();
        await (await admin.Client.GetAsync(Root + path)).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
    }

    private static async Task<string> HealthAsync(SignedIn operators) =>
        (await operators.Client.GetFromJsonAsync<JsonElement>($"{Root}health")).GetProperty("state").GetString()!;

    private static async Task<JsonElement> AskAsync(SignedIn operators, string path, object? body, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Root + path) { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await operators.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        var asked = await answer.Content.ReadFromJsonAsync<JsonElement>();
        answer.Headers.Location!.ToString().ShouldBe($"{Root}requests/{asked.GetProperty("id")}");
        return asked;
    }

    private static async Task RefusedAsync(SignedIn operators, object body, HttpStatusCode status, string code) =>
        await (await operators.Client.PostAsJsonAsync($"{Root}restores", body)).ShouldBeProblemAsync(status, code);
}
