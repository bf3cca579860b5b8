using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Contacts;

public sealed class ContactTenancyHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Contacts = "/api/v1/contacts";

    [Fact]
    public async Task Tenants_neither_see_nor_change_nor_import_over_each_others_contacts()
    {
        var (one, other) = ((await api.SignUpAsync()).Client, (await api.SignUpAsync()).Client);
        using var created = await one.PostAsJsonAsync(Contacts, new { name = "Ann", email = "ann@x.example", age = 30 });
        var contact = created.Headers.Location!;
        var before = await one.GetStringAsync(contact);

        await (await other.GetAsync(contact)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "contact_not_found");
        await (await other.PutAsJsonAsync(contact, new { name = "Eve" })).ShouldBeProblemAsync(HttpStatusCode.NotFound, "contact_not_found");
        await (await other.PatchAsync(contact, Merge("""{"name":"Eve"}"""))).ShouldBeProblemAsync(HttpStatusCode.NotFound, "contact_not_found");
        await (await other.DeleteAsync(contact)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "contact_not_found");
        (await other.GetFromJsonAsync<JsonElement>($"{Contacts}?email=ann@x.example")).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await other.GetStringAsync($"{Contacts}/export?format=csv")).ShouldBe("name,gender,age,address,phone,email\r\n");

        using var import = await other.PostAsync($"{Contacts}/import", new StringContent("name,email,age\nEve,ANN@x.example,99\n", Encoding.UTF8, "text/csv"));
        (await import.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("created").GetInt32().ShouldBe(1);

        (await one.GetStringAsync(contact)).ShouldBe(before);
        (await one.GetFromJsonAsync<JsonElement>(Contacts)).GetProperty("items").GetArrayLength().ShouldBe(1);
        (await other.GetFromJsonAsync<JsonElement>(Contacts)).GetProperty("items")[0].GetProperty("name").GetString().ShouldBe("Eve");
    }

    private static StringContent Merge(string patch) => new(patch, MediaTypeHeaderValue.Parse("application/merge-patch+json"));
}
