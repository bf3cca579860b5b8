using System.Net.Http.Json;
using System.Text.Json;
using CsvHelper;
using ProductionReady.Api.Contacts.Csv;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Audit;

public sealed class AuditExportHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Reader_verifies_an_export_as_NDJSON_with_nothing_but_its_documentation()
    {
        var user = await TrailAsync();
        using var answer = await user.Client.GetAsync($"{AuditReading.Audit}/export");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();

        var end = lines[^1].GetProperty("end");
        end.GetProperty("complete").GetBoolean().ShouldBeTrue();
        Verify(
            [.. lines[..^1].Select(line => new ExportedEntry(user.TenantId, name => line.GetProperty(name).ToString()))],
            end.GetProperty("entries").GetInt64(), end.GetProperty("lastHash").GetString()!);
        lines[^2].GetProperty("action").GetString().ShouldBe("audit.exported");
    }

    [Fact]
    public async Task Reader_verifies_an_export_as_CSV_whose_cells_no_spreadsheet_runs()
    {
        var user = await TrailAsync();
        var text = await user.Client.GetStringAsync($"{AuditReading.Audit}/export?format=csv");
        text.ShouldContain(",'=cmd()");
        await using var csv = CsvReader.FromText(text, new CsvReaderOptions());
        await csv.ReadHeaderAsync(CancellationToken.None);
        var entries = new List<ExportedEntry>();
        while (await csv.ReadAsync(CancellationToken.None) && csv.GetString("seq") != "end")
        {
            var record = csv.Headers.ToDictionary(name => name, name => SpreadsheetGuard.Remove(csv.GetString(name)));
            entries.Add(new ExportedEntry(user.TenantId, name => record[name]));
        }

        Verify(entries, JsonDocument.Parse(csv.GetString("after")).RootElement.GetProperty("entries").GetInt64(), csv.GetString("hash"));
    }

    [Fact]
    public async Task Filtered_export_says_that_it_is_not_the_whole_trail()
    {
        var user = await TrailAsync();
        var text = await user.Client.GetStringAsync($"{AuditReading.Audit}/export?action=session.refused");
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        lines.Count.ShouldBe(2);
        var entry = new ExportedEntry(user.TenantId, name => lines[0].GetProperty(name).ToString());
        entry.ComputedHash().ShouldBe(entry.Hash);
        lines[1].GetProperty("end").GetProperty("complete").GetBoolean().ShouldBeFalse();
        lines[1].GetProperty("end").GetProperty("entries").GetInt64().ShouldBe(1);
        (await user.AuditAsync("action=audit.exported"))[0].Text("after", "filter", "action").ShouldBe("session.refused");
    }

    private static void Verify(IReadOnlyList<ExportedEntry> entries, long count, string lastHash)
    {
        count.ShouldBe(entries.Count);
        entries.Select(entry => entry.Seq).ShouldBe(Enumerable.Range(1, entries.Count).Select(seq => (long)seq));
        var previous = new string('0', 64);
        foreach (var entry in entries)
        {
            entry.PreviousHash.ShouldBe(previous);
            entry.Hash.ShouldBe(entry.ComputedHash(), $"entry {entry.Seq}");
            previous = entry.Hash;
        }

        lastHash.ShouldBe(previous);
    }

    /// <summary>A trail with nulls, text of several scripts, and what a spreadsheet would take for a formula.</summary>
    private async Task<SignedIn> TrailAsync()
    {
        var user = await api.SignUpAsync();
        using var client = api.NewClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "=cmd()|' /C calc'!A0");
        using var refused = await client.PostAsJsonAsync("/api/v1/auth/login", new { tenant = user.Slug, email = "ü☃@b.example", password = "x" });
        return user;
    }
}
