using Npgsql;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>Asks for a base backup as soon as a Worker is free to make one.</summary>
public interface IBaseBackupRequest
{
    /// <summary>Asks; whoever makes base backups finds it due. False when nobody does yet.</summary>
    /// <param name="reason">For the log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<bool> RequestAsync(string reason, CancellationToken cancellationToken);
}

/// <summary>Makes the leased job of base backups due now.</summary>
public sealed partial class BaseBackupRequest(
    [FromKeyedServices(ResourceNames.WorkerDatabase)] NpgsqlDataSource database, ILogger<BaseBackupRequest> logger) : IBaseBackupRequest
{
    /// <summary>Name of that job.</summary>
    public const string Job = "base-backup";

    /// <inheritdoc/>
    public async Task<bool> RequestAsync(string reason, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "UPDATE job_leases SET due_at = least(due_at, now()) WHERE job = $1 RETURNING set_config('synchronous_commit', 'local', true)");
        command.Parameters.AddWithValue(Job);
        var isKnown = await command.ExecuteNonQueryAsync(cancellationToken) > 0;
        if (isKnown)
        {
            LogRequested(reason);
        }

        return isKnown;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A base backup is asked for: {Reason}.")]
    private partial void LogRequested(string reason);
}
