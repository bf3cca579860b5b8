using System.Diagnostics;
using Npgsql;

namespace ProductionReady.Tests.Worker.Backups.Wal;

/// <summary>Writers that each log every commit the server acknowledged, and when, until the server is gone.</summary>
internal sealed class LedgerWriters
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<List<TimeSpan>> _acknowledged;
    private readonly Task _writing;
    private readonly int _seed;

    private LedgerWriters(string connectionString, int writers, int seed)
    {
        _seed = seed;
        _acknowledged = [.. Enumerable.Range(0, writers).Select(_ => new List<TimeSpan>())];
        _writing = Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(connectionString, writer))));
    }

    /// <summary>What the table is made with.</summary>
    public const string Table = "CREATE TABLE ledger_proof (writer int, n int, content text, PRIMARY KEY (writer, n))";

    /// <summary>Since the writers started.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Commits that were acknowledged.</summary>
    public int Acknowledged => _acknowledged.Sum(each => each.Count);

    public static LedgerWriters Start(string connectionString, int writers, int seed) => new(connectionString, writers, seed);

    /// <summary>Waits until every writer has met the end of the server.</summary>
    public Task EndedAsync() => _writing;

    /// <summary>Compares what a server has with what was acknowledged and attempted.</summary>
    /// <param name="connectionString">Of the recovered server.</param>
    /// <param name="lostAt">When the server was killed, since the writers started.</param>
    /// <returns>How long before the loss the oldest of the missing commits was acknowledged, none when nothing is missing; and how many are missing.</returns>
    public async Task<(TimeSpan Oldest, int Missing)> CompareAsync(string connectionString, TimeSpan lostAt)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT writer, n, content FROM ledger_proof", connection);
        await using var reader = await command.ExecuteReaderAsync();
        HashSet<(int Writer, int N)> found = [];
        while (await reader.ReadAsync())
        {
            var (writer, n) = (reader.GetInt32(0), reader.GetInt32(1));
            reader.GetString(2).ShouldBe(Content(writer, n), "a row holds what nobody wrote");

            // The one after the last acknowledged may have been committed: its answer was lost with the server.
            n.ShouldBeLessThanOrEqualTo(_acknowledged[writer].Count, "a row is there that was never written");
            found.Add((writer, n)).ShouldBeTrue();
        }

        var missing = from writer in Enumerable.Range(0, _acknowledged.Count)
                      from n in Enumerable.Range(0, _acknowledged[writer].Count)
                      where !found.Contains((writer, n))
                      select lostAt - _acknowledged[writer][n];
        var ages = missing.ToList();
        return (ages.DefaultIfEmpty().Max(), ages.Count);
    }

    private async Task WriteAsync(string connectionString, int writer)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync();
            for (var n = 0; ; n++)
            {
                await using var command = new NpgsqlCommand("INSERT INTO ledger_proof VALUES ($1, $2, $3)", connection);
                command.Parameters.AddWithValue(writer);
                command.Parameters.AddWithValue(n);
                command.Parameters.AddWithValue(Content(writer, n));
                await command.ExecuteNonQueryAsync();
                _acknowledged[writer].Add(_clock.Elapsed);
            }
        }
        catch (NpgsqlException)
        {
            // The server is gone.
        }
    }

    private string Content(int writer, int n) => $"{_seed}/{writer}/{n}/{new string((char)('a' + ((_seed + n) & 15)), 100)}";
}
