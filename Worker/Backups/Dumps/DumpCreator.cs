using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Dumps;

/// <summary>Dumps databases into the store, each with the ledger of its own snapshot, then adds the document that makes a backup of them.</summary>
public sealed partial class DumpCreator(
    IConfiguration configuration, BackupCatalog catalog, Sealer sealer, TimeProvider clock, ILogger<DumpCreator> logger)
{
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    /// <summary>Makes a backup of the shared database and of others on its server.</summary>
    /// <param name="own">The databases of single tenants.</param>
    /// <param name="confirm">Asked once more before the backup counts; throws when it must not.</param>
    /// <param name="cancellationToken">Gives up; nothing is kept.</param>
    /// <exception cref="BackupProblemException">What an operator can mend, in one sentence.</exception>
    public async Task<CatalogedBackup> CreateAsync(IReadOnlyList<string> own, Func<Task> confirm, CancellationToken cancellationToken)
    {
        var startedAt = clock.GetUtcNow();
        var id = BackupId.New(startedAt);
        var pgDump = await PostgresProgram.FindAsync("pg_dump", cancellationToken);
        var stored = new List<ObjectName>();
        var dumped = new List<DumpedDatabase>();
        try
        {
            foreach (var database in own.Prepend(null))
            {
                dumped.Add(await DumpAsync(id, pgDump, database, stored, cancellationToken));
            }

            await confirm();
            return await AddAsync(id, startedAt, pgDump, dumped, cancellationToken);
        }
        catch
        {
            foreach (var name in stored)
            {
                await catalog.Store.DeleteAsync(name, CancellationToken.None);
            }

            throw;
        }
    }

    private async Task<CatalogedBackup> AddAsync(
        string id, DateTimeOffset startedAt, PostgresProgram pgDump, List<DumpedDatabase> dumped, CancellationToken cancellationToken)
    {
        var backup = new StoredBackup(
            id, StoredBackupKind.Dump, startedAt, clock.GetUtcNow(), dumped[0].Server.SystemId, dumped[0].Server.Version, pgDump.Version,
            [.. dumped.Select(each => each.Part)], Wal: null, [.. dumped.Select(each => each.Ledger)], dumped[0].Server.Roles, sealer.Recipients);
        var added = await catalog.AddAsync(backup, cancellationToken);
        LogCreated(id, backup.Size, backup.Ledgers.SelectMany(ledger => ledger.Tables).Sum(table => table.Rows), backup.Objects.Count);
        return added;
    }

    private async Task<DumpedDatabase> DumpAsync(
        string id, PostgresProgram pgDump, string? own, List<ObjectName> stored, CancellationToken cancellationToken)
    {
        // A connection that idled since last week may lead to a server that is no more.
        var connection = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString(ResourceNames.BackupDatabase)) { Pooling = false };
        connection.Database = own ?? connection.Database;
        await using var source = NpgsqlDataSource.Create(connection);
        await using var snapshot = await DatabaseSnapshot.ExportAsync(source, cancellationToken);
        pgDump.RequireMajor(PostgresProgram.MajorOf(snapshot.ServerVersion), "the server's PostgreSQL");

        using var oneFailed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var dumping = SealAsync(pgDump, connection, snapshot.Id, oneFailed.Token);
        var counting = DumpedServer.CountAsync(snapshot, connection.Database!, own is not null, oneFailed.Token);
        try
        {
            await BothAsync(dumping, counting, oneFailed);
        }
        catch
        {
            if (dumping.IsCompletedSuccessfully)
            {
                (await dumping).Dispose();
            }

            throw;
        }

        using var staged = await dumping;
        var (server, ledger) = await counting;
        var name = new ObjectName($"{StoredBackup.PrefixOf(StoredBackupKind.Dump)}{id}/{DumpedDatabase.FileNameOf(connection.Database!)}", staged.Digest.Sha256, ObjectName.Sealed);
        await catalog.Store.PutAsync(name, staged, cancellationToken);
        stored.Add(name);
        return new DumpedDatabase(server, new StoredPart(name.Key, staged.Digest.Size, connection.Database), ledger);
    }

    private async Task<StagedFile> SealAsync(PostgresProgram pgDump, NpgsqlConnectionStringBuilder connection, string snapshot, CancellationToken cancellationToken)
    {
        try
        {
            return await sealer.SealAsync(
                (target, token) => DatabaseDump.WriteAsync(pgDump, connection, snapshot, target, token), compress: false, catalog.Store.StagingFolder, cancellationToken);
        }
        catch (IOException full) when (full.HResult is NoSpaceLeft or QuotaExceeded)
        {
            throw new BackupProblemException($"The disk of {catalog.Store.StagingFolder} is full: the dump was given up and nothing of it is kept.", full);
        }
    }

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

    [LoggerMessage(Level = LogLevel.Information, Message = "Dump {Id} made: {Size} bytes, {Rows} rows of {Databases} databases.")]
    private partial void LogCreated(string id, long size, long rows, int databases);
}
