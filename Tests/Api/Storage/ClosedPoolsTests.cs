using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Api.Idempotency;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Storage;

public sealed class ClosedPoolsTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Api_gives_all_its_connections_back_when_it_has_stopped()
    {
        const string name = "an Api that stops";
        var connection = new NpgsqlConnectionStringBuilder(await api.ConnectionStringAsync(ResourceNames.ApiDatabase)) { ApplicationName = name };
        await using (var other = api.StartAnother(($"ConnectionStrings:{ResourceNames.ApiDatabase}", connection.ConnectionString)))
        {
            var user = await SignedIn.UpAsync(other.NewClient);
            using var listed = await user.Client.GetAsync("/api/v1/contacts");
            listed.EnsureSuccessStatusCode();
            (await ConnectionsAsync(name)).ShouldBeGreaterThan(1, "The contexts and the statements of our own have a pool each.");
        }

        await Eventually.BecomesTrueAsync("no connection is left", TimeSpan.FromSeconds(30), async () => await ConnectionsAsync(name) == 0);
    }

    private Task<long> ConnectionsAsync(string name) => api.SqlAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{name}'");
}
