using Npgsql;
using ProductionReady.Data.Conventions;
using ProductionReady.ServiceDefaults;
using ProductionReady.Worker.Operations.Promises;

namespace ProductionReady.Worker.Operations.Publishing;

/// <summary>Writes how it stands into <c>operation_health</c>, where the Api reads it.</summary>
public sealed class HealthPublisher([FromKeyedServices(ResourceNames.WorkerDatabase)] NpgsqlDataSource database)
{
    private static readonly string Worker = $"{Environment.MachineName}/{Environment.ProcessId}";

    // Never waits for the receiver of log, whose absence it may tell of. What a Worker no longer says is no longer so, and one that fell silent is forgotten after an hour.
    private const string Publish = """
        WITH said AS (
            INSERT INTO operation_health AS h (worker, name, state, detail, since, checked_at)
            SELECT $1, name, state, detail, now(), now() FROM unnest($2, $3, $4) AS said (name, state, detail), set_config('synchronous_commit', 'local', true)
            ON CONFLICT (worker, name) DO UPDATE SET state = excluded.state, detail = excluded.detail, checked_at = now(),
                since = CASE WHEN h.state = excluded.state THEN h.since ELSE now() END
        )
        DELETE FROM operation_health WHERE (worker = $1 AND name <> ALL ($2)) OR checked_at < now() - interval '1 hour'
        """;

    /// <summary>Replaces what this Worker said before.</summary>
    public async Task PublishAsync(IReadOnlyList<Promise> promises, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Publish);
        command.Parameters.AddWithValue(Worker);
        command.Parameters.AddWithValue(promises.Select(promise => promise.Name).ToArray());
        command.Parameters.AddWithValue(promises.Select(promise => StoredText.Of(promise.State)).ToArray());
        command.Parameters.AddWithValue(promises.Select(promise => promise.Detail).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
