using Npgsql;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

public sealed class RevocationReaderTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task What_commits_late_is_seen_though_others_that_began_later_were_seen_before()
    {
        await using var reader = new RevocationReader(await api.ConnectionStringAsync(ResourceNames.ApiDatabase));
        await using var connection = new NpgsqlConnection(api.AdminConnectionString);
        await connection.OpenAsync();
        var (slow, quick) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var insert = Insert(slow, connection))
        {
            await insert.ExecuteNonQueryAsync();
        }

        await api.ExecuteAsync(Sql, quick);
        var before = await SubjectsAsync(reader);
        before.ShouldContain(quick);
        before.ShouldNotContain(slow);

        await transaction.CommitAsync();

        (await SubjectsAsync(reader)).ShouldContain(slow);
    }

    [Fact]
    public async Task What_was_seen_is_not_read_again_for_ever()
    {
        await using var reader = new RevocationReader(await api.ConnectionStringAsync(ResourceNames.ApiDatabase));
        var subject = Guid.CreateVersion7();
        await api.ExecuteAsync(Sql, subject);
        (await SubjectsAsync(reader)).ShouldContain(subject);

        // Other tests of the server may hold a transaction open meanwhile, which makes it look again.
        await Eventually.BecomesTrueAsync(
            "nothing old is read", TimeSpan.FromSeconds(30), async () => !(await SubjectsAsync(reader)).Contains(subject));
    }

    [Fact]
    public async Task What_is_over_is_not_read_and_a_first_reading_finds_all_that_is_not()
    {
        var (over, alive) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await api.ExecuteAsync(Sql.Replace("'1 hour'", "'-1 second'", StringComparison.Ordinal), over);
        await api.ExecuteAsync(Sql, alive);

        await using var reader = new RevocationReader(await api.ConnectionStringAsync(ResourceNames.ApiDatabase));
        var read = await SubjectsAsync(reader);

        read.ShouldContain(alive);
        read.ShouldNotContain(over);
    }

    private const string Sql =
        "INSERT INTO revocations (id, subject, below_version, until) VALUES (gen_random_uuid(), $1, 9223372036854775807, clock_timestamp() + interval '1 hour')";

    private static NpgsqlCommand Insert(Guid subject, NpgsqlConnection connection) =>
        new(Sql, connection) { Parameters = { new() { Value = subject } } };

    private static async Task<List<Guid>> SubjectsAsync(RevocationReader reader) =>
        [.. (await reader.ReadAsync(CancellationToken.None)).Select(row => row.Revoked.Subject)];
}
