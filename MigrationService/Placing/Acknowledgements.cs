using System.Globalization;
using Npgsql;
using ProductionReady.Data.Schema;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Placing;

/// <summary>
/// Waits for those who work for tenants: for processes that work by an older placement, and for transactions that write a tenant's rows.
/// </summary>
internal sealed class Acknowledgements(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private const string Holders = """
        SELECT coalesce(string_agg(format('%s (pid %s, %s)', coalesce(nullif(a.application_name, ''), a.usename, 'unknown'), l.pid, a.state), ', '), '')
        FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND l.objsubid = 2 AND l.pid <> pg_backend_pid()
        """;

    /// <summary>Waits until every process has acknowledged an epoch; one that has not holds the lock of an older one.</summary>
    /// <exception cref="MigrationFailedException">It took too long; says who it was.</exception>
    public async Task WaitAsync(NpgsqlConnection home, int epoch, TimeSpan within, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (await BehindAsync(home, epoch, cancellationToken) is { Length: > 0 } behind)
        {
            if (time.GetElapsedTime(started) > within)
            {
                throw new MigrationFailedException(string.Create(
                    CultureInfo.InvariantCulture, $"After {within.TotalSeconds:0.#} s these still worked by what was before: {behind}."));
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>
    /// Waits until no transaction is left that wrote the tenant's rows in a database, and keeps others from it until the connection ends or
    /// <see cref="OpenAsync"/> is called.
    /// </summary>
    /// <exception cref="MigrationFailedException">It took too long; says whose they were.</exception>
    public static async Task ShutAsync(TenantSide side, TimeSpan within, CancellationToken cancellationToken)
    {
        try
        {
            await side.Connection.ExecuteAsync(
                $"SET lock_timeout = '{Math.Max(1, (long)within.TotalMilliseconds)}ms'; SELECT pg_advisory_lock({Key(side)}); RESET lock_timeout", cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            var writers = await side.Connection.ScalarAsync<string>(
                $"{Holders} AND l.classid::bigint = {PlacementLocks.Writing} AND l.objid::bigint = uuid_hash('{side.TenantId:D}')::bigint & 4294967295", cancellationToken);
            throw new MigrationFailedException(string.Create(
                CultureInfo.InvariantCulture, $"After {within.TotalSeconds:0.#} s these transactions of the tenant were not over: {writers}."), inner: exception);
        }
    }

    /// <summary>Undoes <see cref="ShutAsync"/>.</summary>
    public static Task OpenAsync(TenantSide side, CancellationToken cancellationToken) =>
        side.Connection.ExecuteAsync($"SELECT pg_advisory_unlock({Key(side)})", cancellationToken);

    private static Task<string> BehindAsync(NpgsqlConnection home, int epoch, CancellationToken cancellationToken) =>
        home.ScalarAsync<string>($"{Holders} AND l.classid::bigint = {PlacementLocks.Epoch} AND l.objid::bigint < {epoch}", cancellationToken);

    private static string Key(TenantSide side) => $"{PlacementLocks.Writing}, uuid_hash('{side.TenantId:D}')";
}
