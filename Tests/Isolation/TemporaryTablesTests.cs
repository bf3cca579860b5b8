using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Isolation;

/// <summary>
/// Whether temporary tables can be made is a right on the database itself, which a copy of a database does not take along: this
/// one is migrated, as the real one is.
/// </summary>
public sealed class TemporaryTablesTests(App app)
{
    [Theory]
    [InlineData(ResourceNames.ApiDatabase)]
    [InlineData(ResourceNames.WorkerDatabase)]
    public async Task Nothing_can_be_left_behind_in_a_temporary_table(string role)
    {
        var admin = await app.Postgres.CreateDatabaseAsync(migrated: false);
        await MigrationRun.UpAsync(admin, app);
        await using var connection = await app.Postgres.OpenAsync(role, admin);
        await using var command = new NpgsqlCommand("CREATE TEMP TABLE left_behind AS SELECT 1", connection);

        var refused = await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync());

        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }
}
