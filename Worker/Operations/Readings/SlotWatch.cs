using Npgsql;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Worker.Operations.Readings;

/// <summary>
/// Asks the server for the replication slots that keep log for us. Asked of the server, and not of the Worker that receives: it shows what
/// happens when none does.
/// </summary>
public sealed class SlotWatch([FromKeyedServices(ResourceNames.WorkerDatabase)] NpgsqlDataSource database, IConfiguration configuration)
{
    private const string Ask = """
        SELECT wanted.name, s.slot_name IS NOT NULL, coalesce(s.wal_status = 'lost', false), s.safe_wal_size,
               coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn), 0)::bigint
        FROM unnest($1) AS wanted (name) LEFT JOIN pg_replication_slots s ON s.slot_name = wanted.name
        """;

    /// <summary>Both slots; null when this Worker has nothing to do with log.</summary>
    public async Task<IReadOnlyList<SlotReading>?> LookAsync(CancellationToken cancellationToken)
    {
        if (!configuration.GetValue("Backups:Wal:Enabled", true))
        {
            return null;
        }

        var name = configuration["Backups:Wal:Slot"] ?? "productionready";
        await using var command = database.CreateCommand(Ask);
        command.Parameters.AddWithValue(new[] { name, $"{name}_store" });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var slots = new List<SlotReading>();
        while (await row.ReadAsync(cancellationToken))
        {
            slots.Add(new SlotReading(row.GetString(0), row.GetBoolean(1), row.GetBoolean(2), row.IsDBNull(3) ? null : row.GetInt64(3), row.GetInt64(4)));
        }

        return slots;
    }
}
