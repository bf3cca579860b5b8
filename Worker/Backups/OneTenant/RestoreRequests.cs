using Npgsql;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Worker.Backups.OneTenant;

/// <summary>A restore that a platform administrator asked for and whose difference is known.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tenant">The tenant.</param>
/// <param name="RestoreTo">The moment.</param>
public sealed record RestoreRequest(Guid Id, Guid Tenant, DateTimeOffset RestoreTo);

/// <summary>Reads requests for restores.</summary>
public sealed class RestoreRequests([FromKeyedServices(ResourceNames.WorkerDatabase)] NpgsqlDataSource database)
{
    /// <summary>One whose difference is known.</summary>
    /// <exception cref="BackupProblemException">There is none, or it is not that far, or it was applied.</exception>
    public async Task<RestoreRequest> ReadAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var found = await connection.ReadAsync(
            "SELECT state, tenant, restore_to, problem FROM operation_requests WHERE id = $1 AND kind = 'restore'",
            row => (State: row.GetString(0), Tenant: row.GetGuid(1), To: row.GetFieldValue<DateTimeOffset>(2), Problem: row.IsDBNull(3) ? null : row.GetString(3)),
            cancellationToken, id);
        return found switch
        {
            [] => throw new BackupProblemException($"There is no request {id} for a restore."),
            [{ State: "succeeded" } known] => new RestoreRequest(id, known.Tenant, known.To),
            [{ State: "failed" } failed] => throw new BackupProblemException($"Request {id} failed: {failed.Problem}"),
            [{ State: "applied" }] => throw new BackupProblemException($"Request {id} was applied already; ask anew."),
            _ => throw new BackupProblemException($"The difference that request {id} asks for is not known yet; a Worker is at it."),
        };
    }
}
