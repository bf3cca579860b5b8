using Microsoft.Extensions.Options;
using Npgsql;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>
/// Strict mode: commits wait for the receiver, by <c>synchronous_standby_names</c>. Set once it streams and has caught up, and left
/// when this Worker stops, since a commit that nobody received may not be acknowledged; taken back by a Worker without strict mode.
/// </summary>
public sealed partial class StrictCommits(IOptions<WalOptions> options, WalStatus status, ILogger<StrictCommits> logger)
{
    private readonly string own = $"\"{options.Value.Slot}\"";

    /// <summary>Brings the server's setting in line with the configuration.</summary>
    /// <param name="session">Of a role that may set it.</param>
    /// <param name="names">The setting as it is.</param>
    /// <param name="commit">How commits wait unless a session wants it otherwise: <c>synchronous_commit</c>.</param>
    /// <param name="caughtUp">Whether the receiver has what the server has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AdjustAsync(NpgsqlConnection session, string names, string commit, bool caughtUp, CancellationToken cancellationToken)
    {
        var inForce = IsOwn(names);
        string? problem = null;
        try
        {
            if (options.Value.Strict && names.Length == 0 && caughtUp)
            {
                await SetAsync(session, $"= '{own}'", cancellationToken);
                LogWait(options.Value.Slot);
            }
            else if (!options.Value.Strict && inForce)
            {
                await ReleaseAsync(session, cancellationToken);
                LogReleased();
            }
            else if (options.Value.Strict && !inForce && names.Length > 0)
            {
                problem = $"Strict mode is not in force: synchronous_standby_names is {names}, which is somebody else's to extend by {own}.";
            }
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            problem = $"Strict mode cannot be changed: {refused.MessageText}; run the MigrationService as a superuser, which grants it, or set synchronous_standby_names to {own} yourself.";
        }

        if (options.Value.Strict && problem is null && commit is ("off" or "local"))
        {
            problem = $"Strict mode is not in force: synchronous_commit is {commit} on the server, so that commits wait for nobody.";
        }

        if (problem is not null && problem != status.Current.StrictProblem)
        {
            LogProblem(problem);
        }

        status.Update(state => state with { StrictInForce = inForce, StrictProblem = problem });
    }

    /// <summary>Lets commits that wait go on, and no other wait.</summary>
    public static Task ReleaseAsync(NpgsqlConnection session, CancellationToken cancellationToken) => SetAsync(session, null, cancellationToken);

    /// <summary>Whether the setting names the receiver and nobody else.</summary>
    public bool IsOwn(string names) => names == own || names == options.Value.Slot;

    private static async Task SetAsync(NpgsqlConnection session, string? value, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            value is null ? "ALTER SYSTEM RESET synchronous_standby_names" : $"ALTER SYSTEM SET synchronous_standby_names {value}", session);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await using var reload = new NpgsqlCommand("SELECT pg_reload_conf()", session);
        await reload.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Strict mode: from now on commits wait until {Slot} has them.")]
    private partial void LogWait(string slot);

    [LoggerMessage(Level = LogLevel.Information, Message = "Strict mode is off: commits wait for nobody.")]
    private partial void LogReleased();

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Problem}")]
    private partial void LogProblem(string problem);
}
