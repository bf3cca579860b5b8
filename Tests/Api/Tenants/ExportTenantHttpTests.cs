using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Tenants;

public sealed class ExportTenantHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Export = "/api/v1/tenant/export";

    [Fact]
    public async Task Export_holds_all_of_the_tenants_data_nobody_elses_and_no_secret_and_its_manifest_proves_it()
    {
        var admin = await api.SignUpAsync();
        var stranger = await api.SignUpAsync();
        (await admin.Client.PostAsJsonAsync("/api/v1/contacts", new { name = "Ann \"Ä\" 株", email = "ann@x.example", age = 7 })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await stranger.Client.PostAsJsonAsync("/api/v1/contacts", new { name = "Foreign" })).StatusCode.ShouldBe(HttpStatusCode.Created);

        using var answer = await admin.Client.GetAsync(Export);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/zip");
        var archive = TenantArchiveFile.Read(await answer.Content.ReadAsByteArrayAsync());
        archive.Files[^1].Name.ShouldBe("manifest.json");
        var contact = archive.Lines("contacts.ndjson").ShouldHaveSingleItem();
        ((string)contact["name"]!).ShouldBe("Ann \"Ä\" 株");
        ((int)contact["age"]!).ShouldBe(7);
        contact.ContainsKey("tenantId").ShouldBeFalse();
        var user = archive.Lines("users.ndjson").ShouldHaveSingleItem();
        ((string)user["email"]!).ShouldBe(admin.Email);
        user.ContainsKey("passwordHash").ShouldBeFalse();
        archive.Lines("sessions.ndjson").ShouldHaveSingleItem();
        ((string)archive.Lines("tenants.ndjson").ShouldHaveSingleItem()["slug"]!).ShouldBe(admin.Slug);

        var manifest = archive.Manifest;
        ((Guid)manifest["tenantId"]!).ShouldBe(admin.TenantId);
        manifest["files"]!.AsArray().Select(file => (string)file!["name"]!).ShouldBe(archive.Files.SkipLast(1).Select(file => file.Name));
        foreach (var file in manifest["files"]!.AsArray())
        {
            var content = archive.Content((string)file!["name"]!);
            ((long)file["bytes"]!).ShouldBe(content.Length);
            ((long)file["rows"]!).ShouldBe(content.Count(c => c == '\n'));
            ((string)file["sha256"]!).ShouldBe(Convert.ToHexStringLower(SHA256.HashData(content)));
        }

        (await api.ExecuteAsync("UPDATE audit_entries SET action = action WHERE tenant_id = $1 AND action = 'tenant.exported'", admin.TenantId)).ShouldBe(1);
    }

    [Fact]
    public async Task Export_that_breaks_off_is_no_archive()
    {
        var admin = await api.SignUpAsync();
        await api.ExecuteAsync(
            """
            INSERT INTO contacts (tenant_id, id, name, address, gender, created_at, updated_at)
            SELECT $1, gen_random_uuid(), 'Contact ' || i, (SELECT string_agg(md5(random()::text || i || g), '') FROM generate_series(1, 15) g), 'unspecified', now(), now()
            FROM generate_series(1, 30000) i
            """,
            admin.TenantId);
        using var slow = SlowClient(admin);
        using var answer = await slow.GetAsync(Export, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var part = new MemoryStream();
        var buffer = new byte[64 * 1024];
        part.Write(buffer, 0, await body.ReadAsync(buffer));

        // The server's statement fails in the middle, as when the database goes away.
        (await api.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()")).ShouldBe(-1);
        await Should.ThrowAsync<Exception>(async () =>
        {
            for (int read; (read = await body.ReadAsync(buffer)) > 0;)
            {
                part.Write(buffer, 0, read);
            }
        });

        Should.Throw<InvalidDataException>(() => new ZipArchive(part));
    }

    /// <summary>A client that takes little at a time, so that the server cannot be done before it has read.</summary>
    private static HttpClient SlowClient(SignedIn user)
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = user.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = user.Client.DefaultRequestHeaders.Authorization;
        return client;
    }

    [Fact]
    public async Task Export_runs_once_at_a_time()
    {
        var admin = await api.SignUpAsync();
        await using var other = new Npgsql.NpgsqlConnection(api.AdminConnectionString);
        await other.OpenAsync();
        await using var hold = new Npgsql.NpgsqlCommand($"SELECT pg_advisory_lock(hashtextextended('export of {admin.TenantId}', 0))", other);
        await hold.ExecuteNonQueryAsync();
        await (await admin.Client.GetAsync(Export)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "export_running");
    }
}
