using Microsoft.Extensions.Options;
using Npgsql;
using ProductionReady.Data.Placement;
using ProductionReady.ServiceDefaults;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Backups.Base;

/// <summary>
/// Makes one base backup: copies the cluster's files and unpacks the copy on the way; verifies it, counts the rows and stores it, all at
/// once; and stores last of all the document that makes it count.
/// </summary>
public sealed partial class BaseBackupCreator(
    IConfiguration configuration,
    TenantGate gate,
    ClusterCopy copying,
    Sealer sealer,
    BackupCatalog catalog,
    IOptions<BackupOptions> options,
    ILogger<BaseBackupCreator> logger)
{
    /// <param name="run">The run that holds the lease; asked once more before the backup counts.</param>
    /// <param name="cancellationToken">Gives up; nothing is kept.</param>
    /// <exception cref="BackupProblemException">What an operator can mend, in one sentence.</exception>
    public async Task<StoredBackup> CreateAsync(LeasedRun run, CancellationToken cancellationToken)
    {
        foreach (var left in await catalog.SweepAsync(StoredBackupKind.Base, cancellationToken))
        {
            LogSwept(left.Key);
        }

        // A connection that idled since last night may lead to a server that is no more.
        var connection = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString(ResourceNames.BackupDatabase)) { Pooling = false };
        await using var server = new NpgsqlConnection(connection.ConnectionString);
        await server.OpenAsync(cancellationToken);
        var cluster = await Cluster.ReadAsync(server, cancellationToken);
        cluster.RequireOneFolder();
        var program = await PostgresProgram.FindAsync("pg_basebackup", cancellationToken);
        program.RequireMajor(PostgresProgram.MajorOf(cluster.Version), "the server's PostgreSQL");

        var startedAt = await Cluster.NowAsync(server, cancellationToken);
        var id = BackupId.New(startedAt);
        using var scratch = await ScratchFolder.CreateAsync(options.Value.ScratchFolder, cancellationToken);
        var unpacked = new UnpackedCopy(Path.Combine(scratch.Location, "data"));
        using var tar = await CopyAsync(program, connection, id, unpacked, cancellationToken);
        var finishedAt = await Cluster.NowAsync(server, cancellationToken);
        LogCopied(id, tar.Digest.Size);

        var name = BaseBackupName.Tar(id, tar.Digest);
        try
        {
            var counting = CountAsync(connection, cancellationToken);
            await Task.WhenAll(counting, unpacked.VerifyAsync(cluster.Version, cancellationToken), catalog.Store.PutAsync(name, tar, cancellationToken));
            var (ledgers, roles) = await counting;
            LogVerified(id, ledgers.Sum(ledger => ledger.Tables.Sum(table => table.Rows)), ledgers[0].Exact);
            var backup = new StoredBackup(
                id, StoredBackupKind.Base, startedAt, finishedAt, cluster.SystemId, cluster.Version, program.Version,
                [new StoredPart(name.Key, tar.Digest.Size)], await unpacked.WalAsync(cluster.SegmentSize, cancellationToken), ledgers, roles, sealer.Recipients);
            await run.ConfirmHeldAsync(cancellationToken);
            await catalog.AddAsync(backup, cancellationToken);
            LogCreated(id, backup.Size, backup.Wal!.StopLsn);
            return backup;
        }
        catch
        {
            // What failed after the document was stored has not undone the backup.
            if (!await IsPublishedAsync(id))
            {
                await catalog.Store.DeleteAsync(name, CancellationToken.None);
            }

            throw;
        }
    }

    private async Task<StagedFile> CopyAsync(
        PostgresProgram program, NpgsqlConnectionStringBuilder connection, string id, UnpackedCopy unpacked, CancellationToken cancellationToken)
    {
        await using var log = await LogReservation.MakeAsync(connection, id, cancellationToken);
        return await copying.MakeAsync(program, connection, unpacked, cancellationToken);
    }

    private async Task<(IReadOnlyList<DatabaseLedger> Ledgers, IReadOnlyList<string> Roles)> CountAsync(
        NpgsqlConnectionStringBuilder connection, CancellationToken cancellationToken)
    {
        var own = (await gate.ListAsync(cancellationToken)).Select(pool => pool.Database).OfType<string>();
        await using var ledger = await ClusterLedger.TakeAsync(connection, own, cancellationToken);
        return (await ledger.CountAsync(cancellationToken), await ledger.RolesAsync(cancellationToken));
    }

    private async Task<bool> IsPublishedAsync(string id) =>
        await catalog.Store.ListAsync($"{BackupDocument.PathOf(StoredBackupKind.Base, id)}.", CancellationToken.None).AnyAsync();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removed what an unfinished base backup had left: {Key}")]
    private partial void LogSwept(string key);

    [LoggerMessage(Level = LogLevel.Information, Message = "Base backup {Id}: {Size} sealed bytes were copied; verifying and storing them, and counting rows.")]
    private partial void LogCopied(string id, long size);

    [LoggerMessage(Level = LogLevel.Information, Message = "Base backup {Id} is verified and its files are stored; {Rows} rows were counted (at one quiet moment: {Exact}).")]
    private partial void LogVerified(string id, long rows, bool exact);

    [LoggerMessage(Level = LogLevel.Information, Message = "Base backup {Id} made: {Size} bytes, consistent at {Lsn}.")]
    private partial void LogCreated(string id, long size, string lsn);
}
