using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Operations.Promises;
using ProductionReady.Worker.Operations.Readings;

namespace ProductionReady.Worker.Operations.Publishing;

/// <summary>
/// Looks every ten seconds how it stands, and measures and publishes that. The store is listed when a job has ended anywhere since, and
/// every five minutes for what was done beside the jobs.
/// </summary>
public sealed partial class OperationsPublisher(
    BackupCatalog catalog, StoredDrills drills, ILogWatch log, SlotWatch slots, OffSiteWatch offSite, DiskWatch disks, OperationMetrics metrics,
    CatalogPublisher publisher, HealthPublisher health, [FromKeyedServices(ResourceNames.WorkerDatabase)] NpgsqlDataSource database,
    TimeProvider time, ILogger<OperationsPublisher> logger) : BackgroundService
{
    private const string LastEnd = "SELECT max(last_finished_at)::text FROM job_leases WHERE job IN ('base-backup', 'dump', 'configuration', 'drill', 'prune')";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ListAnyhow = TimeSpan.FromMinutes(5);

    private OperationsReading last = new(DateTimeOffset.MinValue);
    private string? listedAfter;
    private long? listedAt;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                last = await ReadAsync(last, stoppingToken);
                metrics.Take(last);
                await health.PublishAsync(Judgement.Of(last), stoppingToken);
            }
            catch (Exception error) when (error is NpgsqlException or IOException or UnauthorizedAccessException)
            {
                LogNotPublished(error.Message);
                metrics.Take(last);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<OperationsReading> ReadAsync(OperationsReading before, CancellationToken cancellationToken)
    {
        var reading = before with
        {
            At = time.GetUtcNow(),
            Log = log.Current,
            Disks = disks.Look(),
            Slots = await slots.LookAsync(cancellationToken),
            OffSite = await offSite.LookAsync(cancellationToken),
        };
        var ended = await LastEndAsync(cancellationToken);
        if (listedAt is { } at && ended == listedAfter && time.GetElapsedTime(at) < ListAnyhow)
        {
            return reading;
        }

        try
        {
            var backups = await catalog.ListAsync(kind: null, cancellationToken);
            var known = await drills.ListAsync(cancellationToken);
            await publisher.PublishAsync(backups, known, cancellationToken);
            (listedAfter, listedAt) = (ended, time.GetTimestamp());
            return reading with { StoreProblem = null, Backup = NewestBase(backups), Drill = known.FirstOrDefault()?.Reading };
        }
        catch (Exception error) when (error is BackupProblemException or IOException or UnauthorizedAccessException)
        {
            return reading with { StoreProblem = error.Message };
        }
    }

    private static BackupReading? NewestBase(IReadOnlyList<CatalogedBackup> backups) =>
        backups.Where(backup => backup.Backup.Kind == StoredBackupKind.Base && backup.Problem is null).Take(2).ToList() is [var newest, .. var before]
            ? new BackupReading(
                newest.Backup.Id, newest.Backup.FinishedAt, newest.Backup.FinishedAt - newest.Backup.StartedAt, newest.Backup.Size,
                before is [var previous] ? previous.Backup.Size : null)
            : null;

    private async Task<string?> LastEndAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(LastEnd);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "How it stands with backups could not be published: {Reason}")]
    private partial void LogNotPublished(string reason);
}
