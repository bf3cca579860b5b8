using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Tenants;

public sealed class ImportTenantHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Archive_comes_out_of_the_new_tenant_as_it_went_in()
    {
        var (from, exported) = await FilledAsync();
        var to = await api.SignUpAsync();

        using var answer = await SendAsync(to, exported.Pack());

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var report = await answer.Content.ReadFromJsonAsync<JsonElement>();
        report.GetProperty("contacts").GetInt64().ShouldBe(6000);
        report.GetProperty("users").GetInt64().ShouldBe(2);
        report.GetProperty("merged").GetInt64().ShouldBe(0);
        report.GetProperty("roles").GetInt64().ShouldBe(1);
        var again = await ExportAsync(to);
        again.Content("contacts.ndjson").ShouldBe(exported.Content("contacts.ndjson"));
        again.Content("roles.ndjson").ShouldBe(exported.Content("roles.ndjson"));
        WithoutHistory(again.Lines("users.ndjson"), except: to.Email).ShouldBe(WithoutHistory(exported.Lines("users.ndjson"), except: to.Email));
        ((string)again.Lines("tenants.ndjson")[0]["timeZone"]!).ShouldBe("Asia/Tokyo");
        ((string)again.Lines("tenants.ndjson")[0]["slug"]!).ShouldBe(to.Slug);
        (await api.ExecuteAsync("UPDATE users SET email = email WHERE tenant_id = $1 AND password_hash IS NOT NULL", to.TenantId)).ShouldBe(1, "nobody but the importer has a password");
        (await api.ExecuteAsync("UPDATE audit_entries SET action = action WHERE tenant_id = $1 AND action = 'tenant.imported'", to.TenantId)).ShouldBe(1);
        (await from.Client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK, "the tenant that it came from stays");

        await (await SendAsync(to, exported.Pack())).ShouldBeProblemAsync(HttpStatusCode.Conflict, "tenant_not_empty");
    }

    [Fact]
    public async Task User_with_the_importers_address_is_the_importer()
    {
        var (from, exported) = await FilledAsync();
        var to = await api.SignUpAsync();
        await api.ExecuteAsync("UPDATE users SET email = upper($1) WHERE tenant_id = $2", from.Email, to.TenantId);
        using var answer = await SendAsync(to, exported.Pack());
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("merged").GetInt64().ShouldBe(1);
        await SignedIn.InAsync(api.NewClient, to.Slug, from.Email, to.Password);
    }

    public static TheoryData<string, string, string> Lines => new()
    {
        { "contacts.ndjson", """{"id":"01890a5d-ac96-774b-bcce-b302099a8057","name":"","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}""", "contacts.ndjson:1" },
        { "contacts.ndjson", """{"id":"01890a5d-ac96-774b-bcce-b302099a8057","name":"A","age":151,"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}""", "contacts.ndjson:1" },
        { "contacts.ndjson", """{"id":"x","name":"A","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}""", "contacts.ndjson:1" },
        { "contacts.ndjson", """{"id":"01890a5d-ac96-774b-bcce-b302099a8057","name":"A\u0000","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}""", "contacts.ndjson:1" },
        { "contacts.ndjson", """{"id":"01890a5d-ac96-774b-bcce-b302099a8057","name":"A\ud800","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}""", "contacts.ndjson:1" },
        { "contacts.ndjson", "nonsense", "contacts.ndjson:1" },
        { "contacts.ndjson", """{"\ud83d":1}""", "contacts.ndjson:1" },
        { "users.ndjson", User("""["platform_admin"]"""), "users.ndjson:1" },
        { "users.ndjson", User("[]"), "users.ndjson:1" },
        { "users.ndjson", User("""["nobody_made_it"]"""), "users.ndjson:1" },
        { "roles.ndjson", """{"name":"ops","description":"","permissions":["platform:manage"],"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}""", "roles.ndjson:1" },
        { "roles.ndjson", """{"name":"admin","description":"","permissions":[],"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}""", "roles.ndjson:1" },
        { "roles.ndjson", Role("x"), "roles.ndjson:1" },
        { "roles.ndjson", Role(new string('x', 64)), "roles.ndjson:1" },
        { "roles.ndjson", Role("ops", description: "bell \\u0007"), "roles.ndjson:1" },
        { "roles.ndjson", Role("ops", permissions: """["contact:read","contact:read"]"""), "roles.ndjson:1" },
        { "roles.ndjson", string.Join('\n', Enumerable.Range(0, 101).Select(i => Role($"role_{i}"))), "roles.ndjson:101" },
        { "tenants.ndjson", """{"timeZone":"Mars/Olympus","language":"en","requireSecondFactor":false,"secondFactorRoles":[]}""", "tenants.ndjson:1" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Archive_is_refused_naming_the_line_that_breaks_a_rule_and_nothing_is_stored(string file, string lines, string place)
    {
        var to = await api.SignUpAsync();
        var archive = (await ExportAsync(await api.SignUpAsync())).With(file, lines.Split('\n'));
        var problem = await (await SendAsync(to, archive.Pack())).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "archive_refused");
        problem.GetProperty("errors").EnumerateObject().Single().Name.ShouldBe(place);
        (await api.ExecuteAsync("UPDATE users SET email = email WHERE tenant_id = $1", to.TenantId)).ShouldBe(1);
    }

    [Fact]
    public async Task What_the_archive_holds_and_the_import_leaves_is_told_with_the_reason()
    {
        var from = await api.SignUpAsync();
        await api.ExecuteAsync(
            """
            WITH provider AS (
                INSERT INTO oidc_providers (id, tenant_id, name, display_name, issuer, client_id, scopes, redirect_uris, role_map, default_roles,
                    provisioning, link_by_email, enabled, created_at, updated_at)
                VALUES (gen_random_uuid(), $1, 'corp', 'Corp', 'https://accounts.example', 'acme', '{openid}', '{https://app.example/}', '{}', '{user}',
                    'none', false, true, now(), now()) RETURNING id)
            INSERT INTO user_identities (tenant_id, provider_id, subject, user_id, email_at_link, created_at, last_used_at)
            SELECT $1, provider.id, 'subject', users.id, email, now(), now() FROM provider, users WHERE tenant_id = $1
            """,
            from.TenantId);
        var to = await api.SignUpAsync();

        using var answer = await SendAsync(to, (await ExportAsync(from)).Pack());

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var left = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("notImported").EnumerateArray().ToList();
        left.Select(file => file.GetProperty("file").GetString()).ShouldBe(["audit_entries.ndjson", "oidc_providers.ndjson", "sessions.ndjson", "user_identities.ndjson"]);
        var links = left.Single(file => file.GetProperty("file").GetString() == "user_identities.ndjson");
        links.GetProperty("rows").GetInt64().ShouldBe(1);
        links.GetProperty("reason").GetString()!.ShouldContain("sign in");
        (await ExportAsync(to)).Lines("user_identities.ndjson").ShouldBeEmpty();
    }

    [Fact]
    public async Task Archive_is_refused_that_is_not_what_its_manifest_says()
    {
        var to = await api.SignUpAsync();
        var good = await ExportAsync(await api.SignUpAsync());
        var files = good.Pack();
        (string Place, Func<TenantArchiveFile, byte[]> Spoil)[] attacks =
        [
            ("archive", _ => []),
            ("archive", _ => "PK nonsense"u8.ToArray()),
            ("archive", _ => files[..(files.Length / 2)]),
            ("archive", archive => Without(archive, "manifest.json")),
            ("archive", archive => Without(archive, "contacts.ndjson")),
            ("archive", archive => Added(archive, "../../etc/cron.d/evil", "x"u8.ToArray())),
            ("archive", archive => Added(archive, "contacts.ndjson", [])),
            ("manifest.json", archive => Added(archive.WithManifest(manifest => manifest["files"]!.AsArray().Add(new JsonObject { ["name"] = "/etc/passwd", ["rows"] = 0, ["bytes"] = 0, ["sha256"] = "" })), "/etc/passwd", [])),
            ("manifest.json", archive => archive.WithManifest(manifest => manifest["format"] = 2).Pack()),
            ("manifest.json", archive => archive.WithManifest(manifest => manifest.Remove("files")).Pack()),
            ("manifest.json", archive => archive.WithManifest(manifest => manifest["files"]![0]!["bytes"] = long.MaxValue).Pack()),
            ("users.ndjson", archive => archive.WithManifest(manifest => File(manifest, "users.ndjson")["rows"] = 7).Pack()),
            ("users.ndjson", archive => archive.WithManifest(manifest => File(manifest, "users.ndjson")["sha256"] = new string('0', 64)).Pack()),
            ("contacts.ndjson", archive => archive.With("contacts.ndjson", new string(' ', 50_000_000)).WithManifest(manifest => File(manifest, "contacts.ndjson")["bytes"] = 10).Pack()),
            ("archive", _ => ManyFiles()),
        ];

        for (var i = 0; i < attacks.Length; i++)
        {
            var zip = attacks[i].Spoil(TenantArchiveFile.Read(files));
            using var answer = await SendAsync(to, zip);
            answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, $"attack {i}: {await answer.Content.ReadAsStringAsync()}");
            (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().Single().Name.ShouldBe(attacks[i].Place, $"attack {i}");
        }

        Directory.GetFiles(Path.GetTempPath(), "evil", SearchOption.TopDirectoryOnly).ShouldBeEmpty();
    }

    [Fact]
    public async Task Archive_that_is_more_than_the_plan_allows_is_refused()
    {
        var (_, exported) = await FilledAsync();
        var to = await api.SignUpAsync();
        await api.ExecuteAsync("UPDATE tenants SET max_users = 1 WHERE id = $1", to.TenantId);
        await (await SendAsync(to, exported.Pack())).ShouldBeProblemAsync(HttpStatusCode.Conflict, "plan_limit_reached");
        await api.ExecuteAsync("UPDATE tenants SET max_users = NULL, max_contacts = 5999 WHERE id = $1", to.TenantId);
        await (await SendAsync(to, exported.Pack())).ShouldBeProblemAsync(HttpStatusCode.Conflict, "plan_limit_reached");
    }

    private static string User(string roles) =>
        $$"""{"id":"01890a5d-ac96-774b-bcce-b302099a8057","email":"eve@x.example","displayName":"Eve","roles":{{roles}},"state":"active","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}""";

    private static string Role(string name, string description = "", string permissions = "[]") =>
        $$"""{"name":"{{name}}","description":"{{description}}","permissions":{{permissions}},"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}""";

    private static JsonNode File(JsonObject manifest, string name) => manifest["files"]!.AsArray().Single(file => (string)file!["name"]! == name)!;

    private static byte[] Without(TenantArchiveFile archive, string name)
    {
        archive.Files.RemoveAll(file => file.Name == name);
        return archive.Pack();
    }

    private static byte[] Added(TenantArchiveFile archive, string name, byte[] content)
    {
        archive.Files.Add((name, content));
        return archive.Pack();
    }

    private static byte[] ManyFiles()
    {
        var zip = new MemoryStream();
        using (var packed = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < 5000; i++)
            {
                packed.CreateEntry($"file{i}");
            }
        }

        return zip.ToArray();
    }

    /// <summary>What an import does not take in of a user: when he signed in or chose his password.</summary>
    private static IEnumerable<string> WithoutHistory(IEnumerable<JsonObject> users, string except) =>
        users.Where(user => (string)user["email"]! != except).Select(user =>
        {
            user.Remove("lastSignedInAt");
            user.Remove("passwordChangedAt");
            return user.ToJsonString();
        });

    private async Task<(SignedIn Tenant, TenantArchiveFile Archive)> FilledAsync()
    {
        var tenant = await api.SignUpAsync();
        await api.ExecuteAsync(
            """
            WITH t AS (UPDATE tenants SET time_zone = 'Asia/Tokyo', language = 'ja' WHERE id = $1),
            r AS (INSERT INTO roles (tenant_id, name, description, permissions, created_at, updated_at) VALUES ($1, 'reader', 'Reads', '{contact:read}', now(), now())),
            u AS (INSERT INTO users (tenant_id, id, email, display_name, roles, state, created_at, updated_at)
                  VALUES ($1, gen_random_uuid(), 'Ben@x.example', 'Ben', '{reader,user}', 'disabled', now(), now()))
            INSERT INTO contacts (tenant_id, id, name, email, phone, address, age, gender, created_at, updated_at)
            SELECT $1, gen_random_uuid(), 'Contact "' || i || '" ß株', CASE WHEN i % 2 = 0 THEN 'C' || i || '@x.example' END, '+4930' || (100000 + i),
                NULL, i % 100, 'female', now() - i * interval '1 minute', now() FROM generate_series(1, 6000) i
            """,
            tenant.TenantId);
        return (tenant, await ExportAsync(tenant));
    }

    private static async Task<TenantArchiveFile> ExportAsync(SignedIn of)
    {
        using var answer = await of.Client.GetAsync("/api/v1/tenant/export");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, answer.IsSuccessStatusCode ? "" : await answer.Content.ReadAsStringAsync());
        return TenantArchiveFile.Read(await answer.Content.ReadAsByteArrayAsync());
    }

    private static Task<HttpResponseMessage> SendAsync(SignedIn to, byte[] zip) => to.Client.PostAsync(
        "/api/v1/tenant/import", new ByteArrayContent(zip) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/zip") } });
}
