using Microsoft.Extensions.Options;
using Npgsql;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Verification;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Dumps;

/// <summary>Restores a dump into a scratch server, database by database, and compares each with its ledger.</summary>
public sealed class DumpRestoreTest(
    BackupVerifier verifier, BackupCatalog catalog, Unsealer unsealer, IOptions<BackupOptions> options, TimeProvider clock)
{
    private const string Database = "restored";

    /// <summary>Tries the dump and records the outcome.</summary>
    /// <exception cref="BackupProblemException">It could not be tried here: says nothing about the backup, nothing is recorded.</exception>
    public async Task<BackupCheck> RunAsync(CatalogedBackup dump, CancellationToken cancellationToken)
    {
        var (startedAt, backup) = (clock.GetUtcNow(), dump.Backup);
        var pgRestore = await PostgresProgram.FindAsync("pg_restore", cancellationToken);
        pgRestore.RequireMajor(PostgresProgram.MajorOf(backup.ClientVersion), "the pg_dump that made this backup,");
        if (!unsealer.CanOpen)
        {
            throw new BackupProblemException($"A dump cannot be tried without a private key: name its file in {EncryptionOptions.Section}:{nameof(EncryptionOptions.IdentityFile)}.");
        }

        IReadOnlyList<string> problems;
        try
        {
            problems = await RestoreAsync(backup, pgRestore, cancellationToken);
        }
        catch (BackupProblemException problem)
        {
            // What is whole and yet cannot be opened wants another key.
            problems = (await verifier.VerifyAsync(dump, cancellationToken)) is { Passed: false } damage ? damage.Problems : throw new BackupProblemException(problem.Message, problem);
        }

        var check = new BackupCheck(backup.Id, BackupCheckKind.Restore, startedAt, clock.GetUtcNow(), problems);
        await catalog.RecordAsync(check, cancellationToken);
        return check;
    }

    private async Task<IReadOnlyList<string>> RestoreAsync(StoredBackup backup, PostgresProgram pgRestore, CancellationToken cancellationToken)
    {
        await using var server = await ScratchServer.StartAsync(options.Value.ScratchFolder, cancellationToken);
        foreach (var role in backup.Roles.Where(role => role != "postgres"))
        {
            // Roles belong to a server, not to a dump: those that it names, unable to log in.
            await ExecuteAsync(server, $"CREATE ROLE {Quote(role)} NOLOGIN", cancellationToken);
        }

        var problems = new List<string>();
        foreach (var part in backup.Objects)
        {
            await ExecuteAsync(server, $"CREATE DATABASE {Database} TEMPLATE template0", cancellationToken);
            var name = ObjectName.TryParse(part.Key)!;
            if (await unsealer.OpenAsync(catalog.Store, name, (plain, token) => PourAsync(plain, pgRestore, server, token), cancellationToken) is { } refused)
            {
                problems.Add($"{part.Database}: {refused}");
            }
            else
            {
                await using var connection = new NpgsqlConnection(server.Connection(Database).ConnectionString);
                await connection.OpenAsync(cancellationToken);
                var ledger = backup.Ledgers.Single(ledger => ledger.Database == part.Database);
                problems.AddRange(await RestoredDatabase.CompareAsync(connection, ledger, cancellationToken));
            }

            await ExecuteAsync(server, $"DROP DATABASE {Database} WITH (FORCE)", cancellationToken);
        }

        return problems;
    }

    /// <returns>What <c>pg_restore</c> had to say; null when it succeeded.</returns>
    private static async Task<string?> PourAsync(Stream plain, PostgresProgram pgRestore, ScratchServer server, CancellationToken cancellationToken)
    {
        await using var restore = await ChildProcess.StartAsync(new ChildProgram(pgRestore.Path, $"--dbname={Database}", "--exit-on-error", "--no-password")
        {
            Environment = LibpqEnvironment.From(server.Connection(Database)),
        });
        var said = restore.Output.CopyToAsync(Stream.Null, cancellationToken);
        try
        {
            await plain.CopyToAsync(restore.Input, cancellationToken);
            await restore.Input.DisposeAsync();
            await said;
            await restore.WaitForSuccessAsync(cancellationToken);
            return null;
        }
        catch (IOException)
        {
            // It ended before it had read all: its exit code says why.
        }
        catch (ChildFailedException failed)
        {
            return failed.Message;
        }

        // The rest is read all the same: whether the object is whole is known at its end.
        await plain.CopyToAsync(Stream.Null, cancellationToken);
        return new ChildFailedException(restore.Program, await restore.WaitAsync(cancellationToken), await restore.Errors).Message;
    }

    private static async Task ExecuteAsync(ScratchServer server, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(server.Connection("postgres").ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
