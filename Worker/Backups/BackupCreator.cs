using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Backups;

/// <summary>Makes one backup: a dump and the ledger of one snapshot, then the manifest that makes it count.</summary>
public sealed partial class BackupCreator(
    IConfiguration configuration,
    BackupFolder folder,
    BackupCatalog catalog,
    TimeProvider clock,
    ILogger<BackupCreator> logger)
{
    /// <param name="run">The run that holds the backup lease; asked once more before the backup counts.</param>
    /// <param name="own">The database of a single tenant; null for the shared one.</param>
    /// <param name="cancellationToken">Gives up; nothing is kept.</param>
    /// <exception cref="BackupProblemException">What an operator can mend, in one sentence.</exception>
    public async Task<BackupManifest> CreateAsync(LeasedRun run, string? own, CancellationToken cancellationToken)
    {
        if (folder.Sweep() is { Count: > 0 } leftovers)
        {
            LogSwept(string.Join(", ", leftovers));
        }

        var startedAt = clock.GetUtcNow();
        var id = BackupFolder.NewId(startedAt);

        // A connection that idled since last night may lead to a server that is no more.
        var connection = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString(ResourceNames.BackupDatabase)) { Pooling = false };
        connection.Database = own ?? connection.Database;
        await using var database = NpgsqlDataSource.Create(connection);
        var pgDump = await PostgresProgram.FindAsync("pg_dump", cancellationToken);
        await using var snapshot = await DatabaseSnapshot.ExportAsync(database, cancellationToken);
        pgDump.RequireMajor(PostgresProgram.MajorOf(snapshot.ServerVersion), "the server's PostgreSQL");

        using var dump = DurableFile.Create(folder.DumpPath(id));
        using var oneFailed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var dumping = DatabaseDump.WriteAsync(pgDump, connection, snapshot.Id, dump.Stream, oneFailed.Token);
        var counting = CountAsync(snapshot.Connection, oneFailed.Token);
        await BothAsync(dumping, counting, oneFailed);

        var digest = await dumping;
        var (ledger, roles, migration) = await counting;
        await run.ConfirmHeldAsync(cancellationToken);
        dump.Commit();
        var manifest = new BackupManifest(
            id, startedAt, clock.GetUtcNow(), connection.Database!, snapshot.ServerVersion, pgDump.Version,
            Path.GetFileName(folder.DumpPath(id)), digest.Size, digest.Sha256, migration, roles, ledger, Own: own is not null);
        try
        {
            catalog.Add(manifest);
        }
        catch
        {
            folder.Delete(id);
            throw;
        }

        LogCreated(id, manifest.Size, manifest.Rows, manifest.Tables.Count);
        return manifest;
    }

    private static async Task<(IReadOnlyList<LedgerEntry> Ledger, IReadOnlyList<string> Roles, string? Migration)> CountAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await Ledger.CountAsync(connection, cancellationToken),
            await Ledger.RolesAsync(connection, cancellationToken),
            await Ledger.MigrationAsync(connection, cancellationToken));

    /// <summary>Waits for both; when one fails, ends the other and reports the one that failed first.</summary>
    private static async Task BothAsync(Task one, Task other, CancellationTokenSource oneFailed)
    {
        var first = await Task.WhenAny(one, other);
        if (!first.IsCompletedSuccessfully)
        {
            await oneFailed.CancelAsync();
        }

        await Task.WhenAll(one, other).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(first, one, other);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removed what an unfinished backup had left: {Files}")]
    private partial void LogSwept(string files);

    [LoggerMessage(Level = LogLevel.Information, Message = "Backup {Id} made: {Size} bytes, {Rows} rows in {Tables} tables.")]
    private partial void LogCreated(string id, long size, long rows, int tables);
}
