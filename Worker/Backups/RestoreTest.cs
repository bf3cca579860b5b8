using Microsoft.Extensions.Options;
using Npgsql;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups;

/// <summary>Restores a backup into a scratch server and compares it with the ledger of its manifest.</summary>
public sealed class RestoreTest(
    BackupVerifier verifier, BackupFolder folder, BackupCatalog catalog, IOptions<BackupOptions> options, TimeProvider clock)
{
    private const string Database = "restored";

    /// <summary>Tries the backup and records the outcome beside its manifest.</summary>
    /// <exception cref="BackupProblemException">It could not be tried here: says nothing about the backup, nothing is recorded.</exception>
    public async Task<BackupCheck> RunAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        var startedAt = clock.GetUtcNow();
        var pgRestore = await PostgresProgram.FindAsync("pg_restore", cancellationToken);
        pgRestore.RequireMajor(PostgresProgram.MajorOf(manifest.PgDumpVersion), "the pg_dump that made this backup,");
        var damage = await verifier.VerifyAsync(manifest, cancellationToken);
        var problems = damage.Passed ? await RestoreAsync(manifest, pgRestore, cancellationToken) : damage.Problems;
        var check = new BackupCheck(manifest.Id, BackupCheckKind.Restore, startedAt, clock.GetUtcNow(), problems);
        catalog.Record(check);
        return check;
    }

    private async Task<IReadOnlyList<string>> RestoreAsync(
        BackupManifest manifest, PostgresProgram pgRestore, CancellationToken cancellationToken)
    {
        await using var server = await ScratchServer.StartAsync(options.Value.ScratchFolder, cancellationToken);
        await PrepareAsync(server, manifest, cancellationToken);
        try
        {
            await using var restore = await ChildProcess.StartAsync(
                new ChildProgram(pgRestore.Path, $"--dbname={Database}", "--exit-on-error", "--no-password", folder.DumpPath(manifest.Id))
                {
                    Environment = LibpqEnvironment.From(server.Connection(Database)),
                });
            await restore.Output.CopyToAsync(Stream.Null, cancellationToken);
            await restore.WaitForSuccessAsync(cancellationToken);
        }
        catch (ChildFailedException failed)
        {
            return [failed.Message];
        }

        await using var connection = new NpgsqlConnection(server.Connection(Database).ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return await RestoredDatabase.CompareAsync(connection, manifest, cancellationToken);
    }

    /// <summary>Roles belong to a server, not to a dump: makes those that it names, unable to log in.</summary>
    private static async Task PrepareAsync(ScratchServer server, BackupManifest manifest, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(server.Connection("postgres").ConnectionString);
        await connection.OpenAsync(cancellationToken);
        foreach (var role in manifest.Roles.Where(role => role != "postgres"))
        {
            await ExecuteAsync(connection, $"CREATE ROLE {Quote(role)} NOLOGIN", cancellationToken);
        }

        await ExecuteAsync(connection, $"CREATE DATABASE {Database} TEMPLATE template0", cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
