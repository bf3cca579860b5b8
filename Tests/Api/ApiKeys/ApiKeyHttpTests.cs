using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Tests.Api.Identity.SecondFactors;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.ApiKeys;

public sealed class ApiKeyHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Contacts = "/api/v1/contacts";

    [Fact]
    public async Task A_key_is_shown_once_and_stored_as_a_hash()
    {
        var admin = await api.SignUpAsync();
        var before = DateTimeOffset.UtcNow;

        using var answer = await admin.Client.PostAsJsonAsync(ApiKeySteps.Path, new { name = " Importer ", scopes = new[] { "contact:read", "contact:create", "contact:read" } });

        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var made = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var key = made.GetProperty("key").GetString()!;
        SecretToken.TryParse("prk_", key, out var token).ShouldBeTrue();
        token.TenantId.ShouldBe(admin.TenantId);
        using var read = await admin.Client.GetAsync(answer.Headers.Location);
        var text = await read.Content.ReadAsStringAsync();
        text.ShouldBe(made.GetProperty("apiKey").GetRawText(), "what is read later is what was answered");
        text.ShouldNotContain(key);
        var view = JsonDocument.Parse(text).RootElement;
        view.GetProperty("name").GetString().ShouldBe("Importer");
        view.GetProperty("hint").GetString().ShouldBe("prk_…" + key[^4..]);
        view.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()).ShouldBe(["contact:create", "contact:read"]);
        view.GetProperty("createdAt").GetDateTimeOffset().ShouldBeGreaterThanOrEqualTo(before.AddSeconds(-1));
        (await admin.Client.GetStringAsync(ApiKeySteps.Path)).ShouldNotContain(key);
        (await api.ScalarAsync<byte[]>("SELECT secret_hash FROM api_keys WHERE tenant_id = $1", admin.TenantId))
            .ShouldBe(SHA256.HashData(Encoding.ASCII.GetBytes(key)));
        (await api.ScalarAsync<long>("SELECT count(*) FROM audit_entries WHERE tenant_id = $1 AND action = 'api_key.created' AND NOT after::text LIKE $2", admin.TenantId, $"%{key[4..]}%"))
            .ShouldBe(1);
    }

    [Fact]
    public async Task A_key_is_taken_wherever_a_token_is_and_permits_its_scopes_alone()
    {
        var admin = await api.SignUpAsync();
        var (_, key) = await admin.MakeKeyAsync(null, "contact:read", "contact:create");
        using var client = api.NewClient().With(key);

        using var made = await client.PostAsJsonAsync(Contacts, new { name = "Ann" });
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        (await client.GetFromJsonAsync<JsonElement>(Contacts)).GetProperty("items").GetArrayLength().ShouldBe(1);
        (await admin.Client.GetAsync(made.Headers.Location)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await (await client.DeleteAsync(made.Headers.Location)).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
        await (await client.GetAsync(ApiKeySteps.Path)).ShouldBeProblemAsync(HttpStatusCode.Forbidden, code: null);
        foreach (var path in (string[])["/api/v1/auth/me", "/api/v1/auth/sessions", Authenticator.Path])
        {
            await (await client.GetAsync(path)).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "user_required");
        }
    }

    [Fact]
    public async Task A_key_gets_no_scope_that_administers_and_none_that_its_maker_lacks()
    {
        var admin = await api.SignUpAsync();
        await api.ExecuteAsync(
            """
            INSERT INTO roles (tenant_id, name, description, permissions, created_at, updated_at)
            VALUES ($1, 'key_maker', '', ARRAY['api_key:manage', 'contact:read'], now(), now())
            """,
            admin.TenantId);
        var maker = await api.AddUserAsync(admin, "key_maker");
        string[] never = ["api_key:manage", "user:manage", "role:manage", "tenant:manage", "platform:manage", "contact:*", "*", ""];

        foreach (var scope in never)
        {
            var problem = await (await admin.Client.PostAsJsonAsync(ApiKeySteps.Path, new { name = "Key", scopes = new[] { "contact:read", scope } }))
                .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
            problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe("scopes[1]", scope);
        }

        await (await maker.Client.PostAsJsonAsync(ApiKeySteps.Path, new { name = "Key", scopes = new[] { "contact:delete" } }))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        await maker.MakeKeyAsync(null, "contact:read");
    }

    [Fact]
    public async Task Making_a_key_checks_name_scopes_and_expiry()
    {
        var admin = await api.SignUpAsync();

        var problem = await (await admin.Client.PostAsJsonAsync(
            ApiKeySteps.Path, new { name = " ", scopes = Array.Empty<string>(), expiresAt = DateTimeOffset.UtcNow.AddSeconds(-1) }))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");

        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["name", "scopes", "expiresAt"], ignoreOrder: true);
        var viewer = await api.AddUserAsync(admin, "event_manager");
        await (await viewer.Client.PostAsJsonAsync(ApiKeySteps.Path, new { name = "Key", scopes = new[] { "contact:read" } }))
            .ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
    }

    [Fact]
    public async Task Keys_that_are_unknown_wrong_revoked_or_expired_get_the_same_answer()
    {
        var admin = await api.SignUpAsync();
        var (revokedId, revoked) = await admin.MakeKeyAsync(null, "contact:read");
        (await admin.Client.DeleteAsync($"{ApiKeySteps.Path}/{revokedId}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var (expiredId, expired) = await admin.MakeKeyAsync(null, "contact:read");
        await api.ExecuteAsync("UPDATE api_keys SET expires_at = now() WHERE id = $1", expiredId);
        var suspended = await api.SignUpAsync();
        var (_, suspendedKey) = await suspended.MakeKeyAsync(null, "contact:read");
        await api.ExecuteAsync("UPDATE tenants SET state = 'suspended' WHERE id = $1", suspended.TenantId);
        var (_, good) = await admin.MakeKeyAsync(null, "contact:read");
        SecretToken.TryParse("prk_", good, out var token).ShouldBeTrue();
        string[] keys =
        [
            revoked, expired, suspendedKey, "prk_", "prk_nonsense", good + "A", good[..^1], SecretToken.Create("prk_", admin.TenantId).Text,
            SecretToken.Create("prk_", Guid.CreateVersion7()).Text, "prk_' OR true --",
        ];

        var answers = new HashSet<string>();
        foreach (var key in keys)
        {
            using var client = api.NewClient();
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + key);
            using var answer = await client.GetAsync(Contacts);
            var problem = await answer.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "api_key_invalid");
            answers.Add(string.Join('\n', problem.EnumerateObject().Where(member => member.Name != "traceId")));
        }

        answers.ShouldHaveSingleItem();
        (await api.NewClient().With(good).StatusAsync()).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_key_is_looked_for_in_the_tenant_that_it_names_alone()
    {
        var admin = await api.SignUpAsync();
        var other = await api.SignUpAsync();
        var (_, key) = await admin.MakeKeyAsync(null, "contact:read");
        SecretToken.TryParse("prk_", key, out _).ShouldBeTrue();
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(key.AsSpan(4));
        other.TenantId.TryWriteBytes(bytes.AsSpan(0, 16), bigEndian: true, out _);

        (await api.NewClient().With("prk_" + System.Buffers.Text.Base64Url.EncodeToString(bytes)).StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
        (await api.NewClient().With(key).StatusAsync()).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Another_tenants_keys_are_not_there()
    {
        var admin = await api.SignUpAsync();
        var (id, key) = await admin.MakeKeyAsync(null, "contact:read");
        var stranger = await api.SignUpAsync();

        await (await stranger.Client.GetAsync($"{ApiKeySteps.Path}/{id}")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "api_key_not_found");
        await (await stranger.Client.DeleteAsync($"{ApiKeySteps.Path}/{id}")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "api_key_not_found");
        (await stranger.Client.GetFromJsonAsync<JsonElement>(ApiKeySteps.Path)).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await api.NewClient().With(key).StatusAsync()).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_list_pages_from_the_newest_and_keeps_revoked_keys()
    {
        var admin = await api.SignUpAsync();
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await admin.MakeKeyAsync(null, "contact:read")).Id);
        }

        (await admin.Client.DeleteAsync($"{ApiKeySteps.Path}/{ids[0]}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await admin.Client.DeleteAsync($"{ApiKeySteps.Path}/{ids[0]}")).StatusCode.ShouldBe(HttpStatusCode.NoContent, "again changes nothing");

        var seen = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await admin.Client.GetFromJsonAsync<JsonElement>($"{ApiKeySteps.Path}?limit=2&cursor={cursor}");
            seen.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        seen.Select(key => key.GetProperty("id").GetGuid()).ShouldBe(Enumerable.Reverse(ids));
        seen[^1].GetProperty("revokedAt").ValueKind.ShouldBe(JsonValueKind.String);
        seen[0].GetProperty("revokedAt").ValueKind.ShouldBe(JsonValueKind.Null);
        await (await admin.Client.GetAsync($"{ApiKeySteps.Path}?cursor=nonsense")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "cursor_invalid");
        await (await admin.Client.GetAsync($"{ApiKeySteps.Path}?limit=0")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        (await api.ScalarAsync<long>("SELECT count(*) FROM audit_entries WHERE tenant_id = $1 AND action = 'api_key.revoked'", admin.TenantId)).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_repeats_its_requests_by_idempotency_keys_of_its_own()
    {
        var admin = await api.SignUpAsync();
        var (_, one) = await admin.MakeKeyAsync(null, "contact:create", "contact:read");
        var (_, other) = await admin.MakeKeyAsync(null, "contact:create");
        using var client = api.NewClient().With(one);
        client.DefaultRequestHeaders.Add("Idempotency-Key", "the same");
        using var stranger = api.NewClient().With(other);
        stranger.DefaultRequestHeaders.Add("Idempotency-Key", "the same");

        using var first = await client.PostAsJsonAsync(Contacts, new { name = "Ann" });
        using var again = await client.PostAsJsonAsync(Contacts, new { name = "Ann" });
        using var others = await stranger.PostAsJsonAsync(Contacts, new { name = "Ann" });

        again.Headers.Location.ShouldBe(first.Headers.Location);
        others.StatusCode.ShouldBe(HttpStatusCode.Created);
        others.Headers.Location.ShouldNotBe(first.Headers.Location);
    }

    [Fact]
    public async Task Each_key_has_a_rate_limit_of_its_own()
    {
        await using var limited = api.StartAnother(("RateLimits:Enabled", "true"), ("RateLimits:Principal:Permits", "20"), ("RateLimits:Principal:Window", "00:10:00"));
        var admin = await api.SignUpAsync();
        var (_, one) = await admin.MakeKeyAsync(null, "contact:read");
        var (_, other) = await admin.MakeKeyAsync(null, "contact:read");
        using var client = limited.NewClient().With(one);
        using var neighbour = limited.NewClient().With(other);

        var statuses = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.StatusAsync()));

        statuses.Count(status => status == HttpStatusCode.OK).ShouldBe(20);
        statuses.Count(status => status == HttpStatusCode.TooManyRequests).ShouldBe(10);
        (await neighbour.StatusAsync()).ShouldBe(HttpStatusCode.OK);
    }
}
