using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using ProductionReady.ServiceDefaults;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Operations.Readings;

namespace ProductionReady.Worker.Operations.Publishing;

/// <summary>Makes <c>published_backups</c> and <c>published_drills</c> equal to what is in the store.</summary>
public sealed class CatalogPublisher([FromKeyedServices(ResourceNames.WorkerDatabase)] NpgsqlDataSource database)
{
    private const string Columns = "kind, id, place, started_at, finished_at, bytes, server_version, verified_at, verified, restored_at, restored, problem";

    // Several Workers may publish the same at once; the order of the keys keeps them from waiting for each other in a circle.
    private const string Backups = $"""
        WITH stored AS (SELECT * FROM jsonb_populate_recordset(NULL::published_backups, $1)), gone AS (
            DELETE FROM published_backups p WHERE NOT EXISTS (SELECT FROM stored s WHERE s.kind = p.kind AND s.id = p.id))
        INSERT INTO published_backups AS p ({Columns}) SELECT {Columns} FROM stored, set_config('synchronous_commit', 'local', true) ORDER BY kind, id
        ON CONFLICT (kind, id) DO UPDATE SET (verified_at, verified, restored_at, restored, problem) =
            ROW (excluded.verified_at, excluded.verified, excluded.restored_at, excluded.restored, excluded.problem)
        WHERE (p.verified_at, p.verified, p.restored_at, p.restored, p.problem) IS DISTINCT FROM
            (excluded.verified_at, excluded.verified, excluded.restored_at, excluded.restored, excluded.problem)
        """;

    private const string Drills = """
        WITH stored AS (SELECT * FROM jsonb_populate_recordset(NULL::published_drills, $1)), gone AS (
            DELETE FROM published_drills p WHERE NOT EXISTS (SELECT FROM stored s WHERE s.id = p.id))
        INSERT INTO published_drills (id, place, started_at, finished_at, outcome, document)
        SELECT id, place, started_at, finished_at, outcome, document FROM stored, set_config('synchronous_commit', 'local', true) ORDER BY id
        ON CONFLICT (id) DO NOTHING
        """;

    /// <summary>Publishes both.</summary>
    public async Task PublishAsync(IReadOnlyList<CatalogedBackup> backups, IReadOnlyList<StoredDrill> drills, CancellationToken cancellationToken)
    {
        await RunAsync(Backups, backups.Select(backup => (object)new
        {
            kind = StoredBackup.PrefixOf(backup.Backup.Kind).TrimEnd('/'),
            id = backup.Backup.Id,
            place = Guid.CreateVersion7(backup.Backup.StartedAt),
            started_at = backup.Backup.StartedAt,
            finished_at = backup.Backup.FinishedAt,
            bytes = backup.Backup.Size,
            server_version = backup.Backup.ServerVersion,
            verified_at = backup.Checksum?.FinishedAt,
            verified = backup.Checksum?.Passed,
            restored_at = backup.Restore?.FinishedAt,
            restored = backup.Restore?.Passed,
            problem = backup.Problem,
        }), cancellationToken);
        await RunAsync(Drills, drills.Select(drill => (object)new
        {
            id = drill.Reading.Id,
            place = Guid.CreateVersion7(drill.StartedAt),
            started_at = drill.StartedAt,
            finished_at = drill.Reading.FinishedAt,
            outcome = drill.Reading.Outcome,
            document = JsonElement.Parse(drill.Json),
        }), cancellationToken);
    }

    private async Task RunAsync(string statement, IEnumerable<object> rows, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(statement);
        command.Parameters.AddWithValue(NpgsqlDbType.Jsonb, JsonSerializer.Serialize(rows));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
