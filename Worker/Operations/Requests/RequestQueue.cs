using Npgsql;
using NpgsqlTypes;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Worker.Operations.Requests;

/// <summary>A request that was begun.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tenant">Of a restore: the tenant.</param>
/// <param name="RestoreTo">Of a restore: the moment.</param>
/// <param name="Attempts">How many Workers began it, this one too.</param>
public sealed record BegunRequest(Guid Id, Guid? Tenant, DateTimeOffset? RestoreTo, int Attempts);

/// <summary>The requests in <c>operation_requests</c>, for whoever holds the lease on their kind.</summary>
public sealed class RequestQueue([FromKeyedServices(ResourceNames.WorkerDatabase)] NpgsqlDataSource database)
{
    private const string Open = "SELECT DISTINCT kind FROM operation_requests WHERE state IN ('waiting', 'running')";

    // One that is running though nobody else holds the lease was left by a Worker that died.
    private const string Begin = """
        UPDATE operation_requests SET state = 'running', attempts = attempts + 1, started_at = now()
        WHERE id = (SELECT id FROM operation_requests WHERE kind = $1 AND state IN ('waiting', 'running') ORDER BY id LIMIT 1)
        RETURNING id, tenant, restore_to, attempts, set_config('synchronous_commit', 'local', true)
        """;

    private const string End = """
        UPDATE operation_requests SET state = $2, finished_at = now(), outcome = $3, problem = $4 WHERE id = $1 AND state = 'running'
        RETURNING set_config('synchronous_commit', 'local', true)
        """;

    private const string Return = "UPDATE operation_requests SET state = 'waiting', attempts = attempts - 1 WHERE id = $1 AND state = 'running' RETURNING set_config('synchronous_commit', 'local', true)";

    /// <summary>The kinds of which there are requests to be done.</summary>
    public async Task<IReadOnlyList<string>> OpenKindsAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Open);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var kinds = new List<string>();
        while (await row.ReadAsync(cancellationToken))
        {
            kinds.Add(row.GetString(0));
        }

        return kinds;
    }

    /// <summary>Begins the oldest of a kind; null when there is none.</summary>
    public async Task<BegunRequest?> BeginAsync(string kind, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Begin);
        command.Parameters.AddWithValue(kind);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new BegunRequest(
                row.GetGuid(0), row.IsDBNull(1) ? null : row.GetGuid(1), row.IsDBNull(2) ? null : row.GetFieldValue<DateTimeOffset>(2), row.GetInt32(3))
            : null;
    }

    /// <summary>Records what came of it.</summary>
    public Task SucceedAsync(Guid id, string outcome, CancellationToken cancellationToken) => EndAsync(id, "succeeded", outcome, null, cancellationToken);

    /// <summary>Records why nothing came of it.</summary>
    public Task FailAsync(Guid id, string problem, CancellationToken cancellationToken) => EndAsync(id, "failed", null, problem, cancellationToken);

    /// <summary>Gives it back to be begun by another Worker, as if this one had not.</summary>
    public async Task ReturnAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Return);
        command.Parameters.AddWithValue(id);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task EndAsync(Guid id, string state, string? outcome, string? problem, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(End);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(state);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)outcome ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)problem ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
