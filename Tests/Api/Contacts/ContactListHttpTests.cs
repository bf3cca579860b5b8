using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Contacts;

public sealed class ContactListHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Contacts = "/api/v1/contacts";

    [Fact]
    public async Task List_gives_every_contact_once_in_order_across_pages()
    {
        var client = (await api.SignUpAsync()).Client;
        var made = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            using var created = await client.PostAsJsonAsync(Contacts, new { name = $"Contact {i}" });
            made.Add((await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!);
        }

        var listed = new List<string>();
        var sizes = new List<int>();
        string? cursor = null;
        do
        {
            var page = await client.GetFromJsonAsync<JsonElement>($"{Contacts}?limit=3&cursor={cursor}");
            var ids = page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!).ToList();
            listed.AddRange(ids);
            sizes.Add(ids.Count);
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        listed.ShouldBe(made.Order(StringComparer.Ordinal));
        sizes.ShouldBe([3, 3, 1]);
    }

    [Fact]
    public async Task Cursor_is_refused_with_another_filter_in_another_tenant_or_changed()
    {
        var (one, other) = ((await api.SignUpAsync()).Client, (await api.SignUpAsync()).Client);
        for (var i = 0; i < 3; i++)
        {
            (await one.PostAsJsonAsync(Contacts, new { name = $"Ann {i}" })).EnsureSuccessStatusCode();
        }

        var cursor = (await one.GetFromJsonAsync<JsonElement>($"{Contacts}?q=ann&limit=1")).GetProperty("nextCursor").GetString();
        (await one.GetAsync($"{Contacts}?q=ann&limit=2&cursor={cursor}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await one.GetAsync($"{Contacts}?cursor={cursor}")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "cursor_invalid");
        await (await one.GetAsync($"{Contacts}?q=bob&cursor={cursor}")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "cursor_invalid");
        await (await other.GetAsync($"{Contacts}?q=ann&cursor={cursor}")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "cursor_invalid");
        var changed = cursor![..^1] + (cursor[^1] == 'z' ? 'y' : 'z');
        await (await one.GetAsync($"{Contacts}?q=ann&cursor={changed}")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "cursor_invalid");
    }

    [Fact]
    public async Task List_finds_by_each_field_and_takes_wildcards_for_themselves()
    {
        var client = (await api.SignUpAsync()).Client;
        object[] contacts =
        [
            new { name = "Ann 100% Smith", email = "ann_s@x.example", phone = "+49891234567", address = "1 High St", age = 30, gender = "female" },
            new { name = "Łukasz Öst", email = "lukasz@y.example", phone = "+33224423307", address = "Ulica Długa 2\\3", age = 40, gender = "male" },
            new { name = "Nobody", age = 50 },
        ];
        foreach (var contact in contacts)
        {
            (await client.PostAsJsonAsync(Contacts, contact)).EnsureSuccessStatusCode();
        }

        await ShouldFindAsync("", 3);
        await ShouldFindAsync("q=SMITH", 1);
        await ShouldFindAsync("q=example", 2);
        await ShouldFindAsync("q=%2B49%20(89)%20123", 1);
        await ShouldFindAsync("q=%25", 1);
        await ShouldFindAsync("name=%25", 1);
        await ShouldFindAsync("name=_", 0);
        await ShouldFindAsync("name=%C5%81UKASZ%20%C3%96", 1);
        await ShouldFindAsync("email=_", 1);
        await ShouldFindAsync("email=ANN_S@X.EXAMPLE", 1);
        await ShouldFindAsync("email=nn_s@x.example", 0);
        await ShouldFindAsync("email=@y", 1);
        await ShouldFindAsync("phone=224-42", 1);
        await ShouldFindAsync("address=2%5C3", 1);
        await ShouldFindAsync("gender=male", 1);
        await ShouldFindAsync("gender=unspecified", 1);
        await ShouldFindAsync("age=30", 1);
        await ShouldFindAsync("ageMin=40", 2);
        await ShouldFindAsync("ageMin=31&ageMax=49&gender=male&q=ulica", 1);

        async Task ShouldFindAsync(string query, int count) =>
            (await client.GetFromJsonAsync<JsonElement>($"{Contacts}?{query}")).GetProperty("items").GetArrayLength().ShouldBe(count, query);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("age=-1", "age")]
    [InlineData("ageMin=151", "ageMin")]
    [InlineData("gender=other", "gender")]
    [InlineData("emial=x", "emial")]
    [InlineData("name=a&name=b", "name")]
    public async Task List_is_refused_when_a_parameter_is_wrong(string query, string field)
    {
        var problem = await (await (await api.SignUpAsync()).Client.GetAsync($"{Contacts}?{query}")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        problem.GetProperty("errors").GetProperty(field).GetArrayLength().ShouldBe(1);
    }
}
