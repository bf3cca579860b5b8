using Npgsql;

namespace ProductionReady.MigrationService.Server;

/// <summary>
/// Lets one run at a time change a database: a session-level advisory lock, which PostgreSQL gives back when the session
/// ends, however it ends. It lies outside the run's transaction, so a waiting run sees what the first one committed.
/// </summary>
public sealed class MigrationLock(ILogger<MigrationLock> logger)
{
    /// <summary>Key of the advisory lock, "prodrdy" in ASCII. Advisory locks are per database.</summary>
    public const long Key = 0x70726F64726479;

    /// <summary>Takes the lock; closing the connection gives it back.</summary>
    /// <exception cref="MigrationFailedException">Another run held it for the whole time.</exception>
    public async Task TakeAsync(NpgsqlConnection connection, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (await connection.ScalarAsync<bool>("SELECT pg_try_advisory_lock($1)", cancellationToken, Key))
        {
            return;
        }

        logger.WaitingForLock((int)wait.TotalSeconds);
        try
        {
            await connection.ExecuteAsync(
                $"SET lock_timeout = '{Math.Max(1, (long)wait.TotalMilliseconds)}ms'; SELECT pg_advisory_lock({Key}); RESET lock_timeout",
                cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new MigrationFailedException(
                $"Another migration run held the lock of this database for {wait.TotalSeconds:0} s; nothing was changed.", inner: exception);
        }
    }
}
