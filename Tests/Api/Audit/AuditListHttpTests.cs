using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Audit;

public sealed class AuditListHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Pages_go_back_in_time_without_a_gap_while_the_trail_grows()
    {
        var user = await api.SignUpAsync();
        for (var i = 0; i < 5; i++)
        {
            await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);
        }

        var seqs = new List<long>();
        string? cursor = null;
        do
        {
            var page = await user.Client.GetFromJsonAsync<JsonElement>($"{AuditReading.Audit}?limit=3&cursor={cursor}");
            seqs.AddRange(page.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("seq").GetInt64()));
            cursor = page.GetProperty("nextCursor").GetString();
            await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);
        }
        while (cursor is not null);

        seqs.ShouldBe([8, 7, 6, 5, 4, 3, 2, 1]);
    }

    [Fact]
    public async Task Filters_show_what_meets_all_of_them()
    {
        var user = await api.SignUpAsync();
        var all = await user.AuditAsync();
        var (started, created) = (all[0], all[1]);
        var time = started.Text("occurredAt");

        (await SeqsAsync("action=session.started")).ShouldBe([3]);
        (await SeqsAsync("action=session.started&outcome=refused")).ShouldBeEmpty();
        (await SeqsAsync("outcome=succeeded&resourceType=user")).ShouldBe([2]);
        (await SeqsAsync($"resourceType=user&resourceId={created.Text("resource", "id")}")).ShouldBe([2]);
        (await SeqsAsync($"actor={created.Text("actor", "id")}")).ShouldBe([3, 2, 1]);
        (await SeqsAsync($"actor={Guid.CreateVersion7()}")).ShouldBeEmpty();
        (await SeqsAsync("actorKind=anonymous")).ShouldBeEmpty();
        (await SeqsAsync($"address={Uri.EscapeDataString(started.Text("address"))}")).ShouldBe([3, 2, 1]);
        (await SeqsAsync("address=192.0.2.1")).ShouldBeEmpty();
        (await SeqsAsync($"from={Uri.EscapeDataString(time)}")).ShouldBe([3]);
        (await SeqsAsync($"to={Uri.EscapeDataString(time)}")).ShouldBe([2, 1]);
        (await SeqsAsync("from=2020-01-01T00:00:00Z&to=2020-01-01T01:00:00%2B02:00")).ShouldBeEmpty();

        async Task<IEnumerable<long>> SeqsAsync(string query) => (await user.AuditAsync(query)).Select(entry => entry.GetProperty("seq").GetInt64());
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2026-01-01T00:00:00", "from")]
    [InlineData("to=2026-01-01", "to")]
    [InlineData("actor=me", "actor")]
    [InlineData("actorKind=robot", "actorKind")]
    [InlineData("outcome=maybe", "outcome")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("acton=session.started", "acton")]
    [InlineData("action=a&action=b", "action")]
    public async Task Query_that_cannot_be_meant_is_refused_by_name(string query, string field)
    {
        var user = await api.SignUpAsync();
        var problem = await (await user.Client.GetAsync($"{AuditReading.Audit}?{query}")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(problem.GetRawText());
        if (field != "limit")
        {
            await (await user.Client.GetAsync($"{AuditReading.Audit}/export?{query}")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        }
    }

    [Fact]
    public async Task Cursor_is_good_for_its_own_list_alone()
    {
        var user = await api.SignUpAsync();
        var other = await api.SignUpAsync();
        var cursor = (await user.Client.GetFromJsonAsync<JsonElement>($"{AuditReading.Audit}?limit=1")).GetProperty("nextCursor").GetString();
        (await user.Client.GetAsync($"{AuditReading.Audit}?limit=1&cursor={cursor}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var (client, query) in new[] { (user.Client, $"action=a&cursor={cursor}"), (other.Client, $"cursor={cursor}"), (user.Client, "cursor=abc") })
        {
            await (await client.GetAsync($"{AuditReading.Audit}?{query}")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "cursor_invalid");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/export")]
    [InlineData("/verification")]
    public async Task Trail_is_for_administrators_and_of_their_tenant(string path)
    {
        var admin = await api.SignUpAsync();
        var other = await api.SignUpAsync();
        (await (await other.Client.GetAsync(AuditReading.Audit + path)).Content.ReadAsStringAsync()).ShouldNotContain(admin.Email);
        await api.ExecuteAsync("UPDATE users SET roles = '{event_manager}' WHERE tenant_id = $1", admin.TenantId);
        var manager = await SignedIn.InAsync(api.NewClient, admin.Slug, admin.Email, admin.Password);
        await (await manager.Client.GetAsync(AuditReading.Audit + path)).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
    }

    [Fact]
    public async Task Verification_tells_where_a_trail_was_changed_and_is_bounded()
    {
        var user = await api.SignUpAsync();
        var sound = await VerifyAsync("");
        (sound.Text("intact"), sound.Text("complete"), sound.Text("entries"), sound.Text("lastSeq")).ShouldBe(("True", "True", "3", "3"));
        sound.Text("lastHash").ShouldBe((await user.AuditAsync())[0].Text("hash"));
        var part = await VerifyAsync("?after=1&limit=1");
        (part.Text("intact"), part.Text("complete"), part.Text("lastSeq")).ShouldBe(("True", "False", "2"));

        await api.ExecuteAsync("UPDATE audit_entries SET address = '192.0.2.1' WHERE tenant_id = $1 AND seq = 2", user.TenantId);
        var broken = await VerifyAsync("");
        broken.Text("intact").ShouldBe("False");
        (broken.Text("break", "seq"), broken.Text("break", "kind")).ShouldBe(("2", "changed"));

        foreach (var query in new[] { "?after=-1", "?limit=0", "?limit=100001", "?until=3", "?after=1&after=2" })
        {
            await (await user.Client.GetAsync($"{AuditReading.Audit}/verification{query}")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        }

        Task<JsonElement> VerifyAsync(string query) => user.Client.GetFromJsonAsync<JsonElement>($"{AuditReading.Audit}/verification{query}");
    }
}
