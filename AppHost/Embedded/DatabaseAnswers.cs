using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace ProductionReady.AppHost.Embedded;

/// <summary>Healthy when a query in the database is answered. Makes the database when the server lacks it.</summary>
internal sealed class DatabaseAnswers(EmbeddedPostgresResource server, string database) : IHealthCheck
{
    private const int SecondsToConnect = 5;

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var superuser = await server.ConnectionStringExpression.GetValueAsync(cancellationToken);
        try
        {
            await ExecuteAsync(superuser, database, "SELECT 1", cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            await ExecuteAsync(superuser, "postgres", $"CREATE DATABASE \"{database}\"", cancellationToken);
            return HealthCheckResult.Degraded($"The database {database} was missing and has been made.");
        }
        catch (NpgsqlException unanswered)
        {
            return HealthCheckResult.Unhealthy(unanswered.Message);
        }
    }

    // No pool: the superuser does not stay connected between two questions.
    private static async Task ExecuteAsync(string? superuser, string database, string statement, CancellationToken cancellationToken)
    {
        var target = new NpgsqlConnectionStringBuilder(superuser) { Database = database, Pooling = false, Timeout = SecondsToConnect, CommandTimeout = SecondsToConnect };
        await using var connection = new NpgsqlConnection(target.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
