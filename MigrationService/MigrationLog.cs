namespace ProductionReady.MigrationService;

internal static partial class MigrationLog
{
    [LoggerMessage(1, LogLevel.Information, "{Step}: done in {Milliseconds} ms")]
    public static partial void StepDone(this ILogger logger, string step, long milliseconds);

    [LoggerMessage(2, LogLevel.Error, "{Step}: failed after {Milliseconds} ms")]
    public static partial void StepFailed(this ILogger logger, string step, long milliseconds);

    [LoggerMessage(3, LogLevel.Information, "Waiting for {Host}:{Port}: {Reason}")]
    public static partial void WaitingForServer(this ILogger logger, string? host, int port, string reason);

    [LoggerMessage(4, LogLevel.Information, "Database {Database} does not exist: creating it")]
    public static partial void CreatingDatabase(this ILogger logger, string? database);

    [LoggerMessage(5, LogLevel.Information, "Nothing to migrate: the database is at {Migration}")]
    public static partial void NothingToMigrate(this ILogger logger, string migration);

    [LoggerMessage(6, LogLevel.Warning, "The database holds migrations of a newer version ({Migrations}): leaving it as it is")]
    public static partial void DatabaseIsNewer(this ILogger logger, string migrations);

    [LoggerMessage(7, LogLevel.Warning, "Drops {Loss}")]
    public static partial void Drops(this ILogger logger, string loss);

    [LoggerMessage(8, LogLevel.Error, "{Reason}")]
    public static partial void Refused(this ILogger logger, string reason);

    [LoggerMessage(9, LogLevel.Error, "Failed; the database is as it was")]
    public static partial void Failed(this ILogger logger, Exception exception);

    [LoggerMessage(10, LogLevel.Information, "Another run holds the migration lock: waiting up to {Seconds} s")]
    public static partial void WaitingForLock(this ILogger logger, int seconds);

    [LoggerMessage(11, LogLevel.Warning, "Cancelled; the database is as it was")]
    public static partial void Cancelled(this ILogger logger);

    [LoggerMessage(13, LogLevel.Information, "Tenant {TenantId} lives in {Database} now; its requests were held for {Milliseconds} ms")]
    public static partial void Moved(this ILogger logger, Guid tenantId, string database, long milliseconds);

    [LoggerMessage(14, LogLevel.Error, "The move could not be taken back; the same command, or 'up', will")]
    public static partial void NotTakenBack(this ILogger logger, Exception exception);

    [LoggerMessage(15, LogLevel.Warning, "What tenants left that were moved is still there; the next 'up' or 'place' tries again. {Reason}")]
    public static partial void LeftForLater(this ILogger logger, string reason);

    [LoggerMessage(16, LogLevel.Warning, "The database {Database} holds rows of tenant {TenantId} that this one does not know of, as after a restore")]
    public static partial void UnknownDatabase(this ILogger logger, string database, string tenantId);

    [LoggerMessage(12, LogLevel.Warning, "Tenant {TenantId} was erased and is back, as after a restore: it is shut, and the Worker erases it again")]
    public static partial void WasErased(this ILogger logger, Guid tenantId);
}
