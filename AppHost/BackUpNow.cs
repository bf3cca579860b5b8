using Npgsql;

namespace ProductionReady.AppHost;

/// <summary>
/// The command "Back up now" of the Worker's resource: asks for a backup as the Api does, by a request that any Worker takes up within
/// seconds, and waits for what comes of it.
/// </summary>
internal static class BackUpNow
{
    /// <summary>Name of the command.</summary>
    public const string Command = "back-up-now";

    private const string Ask = "INSERT INTO operation_requests (id, kind, state, requested_at) VALUES ($1, 'backup', 'waiting', now())";
    private const string Look = "SELECT state, problem FROM operation_requests WHERE id = $1";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Gives the Worker the command.</summary>
    /// <param name="worker">The Worker.</param>
    /// <param name="database">The connection string of its role.</param>
    public static IResourceBuilder<ProjectResource> WithBackUpNow(this IResourceBuilder<ProjectResource> worker, IResourceBuilder<ConnectionStringResource> database) =>
        worker.WithCommand(
            Command,
            "Back up now",
            context => RunAsync(database.Resource, context.CancellationToken),
            new CommandOptions { Description = "Makes a base backup beside the scheduled ones, and waits for it.", IconName = "Save" });

    private static async Task<ExecuteCommandResult> RunAsync(ConnectionStringResource database, CancellationToken cancellationToken)
    {
        try
        {
            var connectionString = new NpgsqlConnectionStringBuilder(await database.ConnectionStringExpression.GetValueAsync(cancellationToken)) { Pooling = false };
            await using var connection = new NpgsqlConnection(connectionString.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            var id = Guid.CreateVersion7();
            await using (var ask = new NpgsqlCommand(Ask, connection) { Parameters = { new() { Value = id } } })
            {
                await ask.ExecuteNonQueryAsync(cancellationToken);
            }

            return await WaitAsync(connection, id, cancellationToken);
        }
        catch (NpgsqlException unanswered)
        {
            return CommandResults.Failure($"The backup could not be asked for: {unanswered.Message}");
        }
        catch (OperationCanceledException)
        {
            // What was asked for stands: a Worker makes it all the same.
            return CommandResults.Canceled();
        }
    }

    private static async Task<ExecuteCommandResult> WaitAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Pause);
        while (true)
        {
            await using (var look = new NpgsqlCommand(Look, connection) { Parameters = { new() { Value = id } } })
            await using (var row = await look.ExecuteReaderAsync(cancellationToken))
            {
                await row.ReadAsync(cancellationToken);
                switch (row.GetString(0))
                {
                    case "succeeded":
                        return CommandResults.Success();
                    case "failed":
                        return CommandResults.Failure(row.GetString(1));
                }
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
