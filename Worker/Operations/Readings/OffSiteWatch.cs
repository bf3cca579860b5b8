using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Worker.Backups.OffSite;

namespace ProductionReady.Worker.Operations.Readings;

/// <summary>
/// How far the off-site copy is behind, by the records of its runs: whichever Worker made them, and also when none makes any more.
/// </summary>
public sealed class OffSiteWatch([FromKeyedServices(ResourceNames.WorkerDatabase)] NpgsqlDataSource database, OffSiteStore offSite)
{
    // A run that compared says how far it came. Before the first one that did, nothing has been copied since the first attempt.
    private const string Ask = """
        WITH compared AS (
            SELECT started_at, details FROM job_runs WHERE job = $1 AND details ? 'behind' ORDER BY started_at DESC LIMIT 1
        )
        SELECT extract(epoch FROM now() - coalesce(
                   (SELECT coalesce((details ->> 'behindSince')::timestamptz, started_at) FROM compared),
                   (SELECT min(started_at) FROM job_runs WHERE job = $1)))::double precision,
               coalesce((SELECT (details ->> 'behind')::bigint FROM compared), 0)
        """;

    /// <summary>Null without an off-site store, and before anything was tried.</summary>
    public async Task<OffSiteReading?> LookAsync(CancellationToken cancellationToken)
    {
        if (offSite.Catalog is null)
        {
            return null;
        }

        await using var command = database.CreateCommand(Ask);
        command.Parameters.AddWithValue(MirrorJob.JobName);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return row.IsDBNull(0) ? null : new OffSiteReading(TimeSpan.FromSeconds(row.GetDouble(0)), row.GetInt64(1));
    }
}
