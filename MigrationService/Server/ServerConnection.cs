using System.Net.Sockets;
using Npgsql;

namespace ProductionReady.MigrationService.Server;

/// <summary>Opens the database, waiting for a server that is still starting.</summary>
internal sealed class ServerConnection(ILogger<ServerConnection> logger, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // Where commits wait for a Worker that receives the log: migrations come before the Worker. What is committed after them waits, and
    // the log is received in order, so nothing that was acknowledged can be there without them.
    private const string WaitForNobody = "SET synchronous_commit = local";

    /// <summary>Opens the database.</summary>
    /// <param name="connectionString">Whom to be and where.</param>
    /// <param name="wait">How long the server may take to start.</param>
    /// <param name="createDatabase">Creates the database when the server has none of that name.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="MigrationFailedException">The server did not answer in time.</exception>
    public async Task<NpgsqlConnection> OpenAsync(
        string connectionString, TimeSpan wait, bool createDatabase, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenWhenReadyAsync(connectionString, wait, cancellationToken);
        }
        catch (PostgresException exception) when (createDatabase && exception.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            await CreateDatabaseAsync(connectionString, cancellationToken);
            return await OpenWhenReadyAsync(connectionString, wait, cancellationToken);
        }
    }

    private async Task<NpgsqlConnection> OpenWhenReadyAsync(string connectionString, TimeSpan wait, CancellationToken cancellationToken)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var started = time.GetTimestamp();
        string? lastReason = null;
        while (true)
        {
            var connection = new NpgsqlConnection(connectionString);
            try
            {
                await connection.OpenAsync(cancellationToken);
                await connection.ExecuteAsync(WaitForNobody, cancellationToken);
                return connection;
            }
            catch (NpgsqlException exception) when (MayPass(exception))
            {
                await connection.DisposeAsync();
                if (time.GetElapsedTime(started) >= wait)
                {
                    throw new MigrationFailedException(
                        $"{server.Host}:{server.Port} did not answer within {wait.TotalSeconds:0} s: {exception.Message}", inner: exception);
                }

                if (exception.Message != lastReason)
                {
                    logger.WaitingForServer(server.Host, server.Port, lastReason = exception.Message);
                }

                await Task.Delay(Pause, time, cancellationToken);
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }
    }

    private async Task CreateDatabaseAsync(string connectionString, CancellationToken cancellationToken)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        logger.CreatingDatabase(target.Database);
        var name = target.Database!;
        target.Database = "postgres";
        await using var maintenance = new NpgsqlConnection(target.ConnectionString);
        await maintenance.OpenAsync(cancellationToken);
        await maintenance.ExecuteAsync(WaitForNobody, cancellationToken);
        try
        {
            await maintenance.ExecuteAsync($"CREATE DATABASE {Statements.Quoted(name)}", cancellationToken);
        }
        catch (PostgresException exception)
            when (exception.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another run made it a moment ago: that is what was wanted.
        }
    }

    // Not listening yet, starting up, or out of connection slots. A wrong password or name does not pass by waiting.
    private static bool MayPass(NpgsqlException exception) => exception is PostgresException { SqlState: var state }
        ? state is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections
        : exception.InnerException is SocketException or TimeoutException or IOException;
}
