using System.Collections.Concurrent;
using Npgsql;
using ProductionReady.Data.Schema;
using ProductionReady.MigrationService;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.MigrationService.Placing;

/// <summary>
/// Writers that know nothing of epochs and acknowledge nothing: they look where the tenant lives, write there, and try again when the
/// fence refuses them. What the fence alone keeps must be right with the most careless of services.
/// </summary>
public sealed class PlaceUnderLoadTests(App app)
{
    private const int Writers = 4;

    [Fact]
    public async Task Nothing_that_was_committed_is_lost_or_doubled_when_many_write_during_moves_there_and_back()
    {
        var tenants = await TwoTenants.CreateAsync(app, contacts: 5_000);
        using var stop = new CancellationTokenSource();
        var databases = new ConcurrentDictionary<string, int>();
        var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(tenants, writer, databases, stop.Token))).ToList();
        for (var round = 0; round < 2; round++)
        {
            await WrittenAsync(databases);
            var away = await tenants.PlaceAsync();
            away.ExitCode.ShouldBe(ExitCode.Done, away.Results);
            await WrittenAsync(databases);
            var home = await tenants.PlaceAsync("--home");
            home.ExitCode.ShouldBe(ExitCode.Done, home.Results);
        }

        await WrittenAsync(databases);
        await stop.CancelAsync();
        var expected = (await Task.WhenAll(writers)).SelectMany(rows => rows).Select(row => $"{row.Key}={row.Value}").Order(StringComparer.Ordinal);
        var found = (string)(await tenants.Home.ScalarAsync(
            $"SELECT string_agg(id || '=' || age, ',' ORDER BY id::text || '=' || age) FROM contacts WHERE tenant_id = '{tenants.Moved}' AND name LIKE 'Writer %'"))!;
        found.Split(',').Order(StringComparer.Ordinal).ShouldBe(expected);
        databases.Count.ShouldBe(2, "they wrote in both databases");
        (await tenants.Home.ScalarAsync($"SELECT count(*) FROM contacts WHERE tenant_id = '{tenants.Other}' AND name LIKE 'Writer %'")).ShouldBe(0L);
    }

    /// <summary>Until everybody must have written something since now.</summary>
    private static async Task WrittenAsync(ConcurrentDictionary<string, int> databases)
    {
        var before = databases.Values.Sum();
        await Eventually.BecomesTrueAsync("the writers go on", TimeSpan.FromSeconds(60), () => Task.FromResult(databases.Values.Sum() > before + (Writers * 20)));
    }

    /// <summary>Creates, changes and deletes contacts of its own, and answers those that must be there with their ages.</summary>
    private static async Task<IReadOnlyDictionary<Guid, int>> WriteAsync(
        TwoTenants tenants, int writer, ConcurrentDictionary<string, int> databases, CancellationToken stop)
    {
        var rows = new Dictionary<Guid, int>();
        var random = new Random(writer);
        while (!stop.IsCancellationRequested)
        {
            var (some, age) = (rows.Count > 5 ? rows.Keys.ElementAt(random.Next(rows.Count)) : Guid.CreateVersion7(), random.Next(100));
            var sql = (rows.ContainsKey(some), random.Next(3)) switch
            {
                (false, _) => $"INSERT INTO contacts (tenant_id, id, name, age, gender, created_at, updated_at) VALUES ('{tenants.Moved}', '{some}', 'Writer {writer}', {age}, 'female', now(), now())",
                (true, 0) => $"DELETE FROM contacts WHERE id = '{some}'",
                _ => $"UPDATE contacts SET age = {age} WHERE id = '{some}'",
            };
            await UntilDoneAsync(tenants, sql, databases);
            if (sql.StartsWith("DELETE", StringComparison.Ordinal))
            {
                rows.Remove(some);
            }
            else
            {
                rows[some] = age;
            }
        }

        return rows;
    }

    private static async Task UntilDoneAsync(TwoTenants tenants, string sql, ConcurrentDictionary<string, int> databases)
    {
        for (var attempt = 0; attempt < 2_000; attempt++)
        {
            var database = await tenants.PlacementAsync();
            try
            {
                await using var api = await tenants.OpenAsApiAsync(database);
                await using var command = new NpgsqlCommand(sql, api);
                (await command.ExecuteNonQueryAsync()).ShouldBe(1);
                databases.AddOrUpdate(database ?? "home", 1, (_, count) => count + 1);
                return;
            }
            catch (PostgresException moved) when (moved.SqlState is TenantFence.SqlState or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.AdminShutdown)
            {
                await Task.Yield();
            }
        }

        throw new InvalidOperationException($"Was refused for ever: {sql}");
    }
}
