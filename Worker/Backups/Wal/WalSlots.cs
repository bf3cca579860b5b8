using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>A replication slot as the server shows it.</summary>
/// <param name="Kept">The server keeps its log from here on; null when it was lost or never reserved any.</param>
/// <param name="Status"><c>reserved</c>, <c>extended</c>, <c>unreserved</c> (about to be lost) or <c>lost</c>.</param>
/// <param name="SafeBytes">What may be written before it is lost; null without a limit.</param>
/// <param name="IsActive">Whether somebody receives by it.</param>
public sealed record WalSlot(NpgsqlLogSequenceNumber? Kept, string? Status, long? SafeBytes, bool IsActive)
{
    /// <summary>Whether the server no longer keeps what it promised to keep.</summary>
    public bool IsLost => Kept is null;
}

/// <summary>What <see cref="WalSlots.EnsureAsync"/> found and did.</summary>
/// <param name="StoredUpTo">Everything before is in the store, as the server was told.</param>
/// <param name="IsNew">The server may not have kept what comes before: where the log goes on has to be looked at.</param>
/// <param name="Lost">Slots that the server had given up.</param>
public sealed record EnsuredSlots(NpgsqlLogSequenceNumber StoredUpTo, bool IsNew, IReadOnlyList<string> Lost);

/// <summary>
/// The two physical replication slots of the receiver: one follows the spool, the other the store. So the server keeps its log
/// until the store has it, and a Worker on another machine, with an empty spool, begins where the store ends.
/// </summary>
public sealed class WalSlots(IOptions<WalOptions> options)
{
    private readonly string spool = options.Value.Slot;
    private readonly string store = options.Value.StoreSlot;

    /// <summary>
    /// Makes what is missing or lost from what is there, or both anew. The one that follows the spool is always made again where the
    /// store ends: what the last receiver told the server is of that one's spool, not of this.
    /// </summary>
    /// <exception cref="BackupProblemException">Somebody made a logical slot of that name.</exception>
    public async Task<EnsuredSlots> EnsureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var slots = await ReadAsync(connection, cancellationToken);
        var lost = slots.Where(slot => slot.Value.IsLost).Select(slot => slot.Key).ToList();
        foreach (var slot in lost)
        {
            await DropAsync(connection, slot, cancellationToken);
            slots.Remove(slot);
        }

        var isNew = !slots.ContainsKey(store);
        if (!isNew && slots.ContainsKey(spool))
        {
            await DropAsync(connection, spool, cancellationToken);
        }

        if (slots.Count == 0)
        {
            await CallAsync(connection, "SELECT pg_create_physical_replication_slot($1, true)", cancellationToken, spool);
        }

        await CopyAsync(connection, isNew ? (spool, store) : (store, spool), cancellationToken);
        var kept = (await ReadAsync(connection, cancellationToken)).GetValueOrDefault(store)?.Kept
            ?? throw new BackupProblemException($"The replication slot {store} was lost at once: max_slot_wal_keep_size is too small.");
        return new EnsuredSlots(kept, isNew, lost);
    }

    /// <summary>Makes the slot that follows the store anew from the one that follows the spool.</summary>
    public async Task RenewStoreAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await DropAsync(connection, store, cancellationToken);
        await CopyAsync(connection, (spool, store), cancellationToken);
    }

    /// <summary>The slots that are there, by name.</summary>
    public async Task<Dictionary<string, WalSlot>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT slot_name::text, slot_type, restart_lsn, wal_status, safe_wal_size, active FROM pg_replication_slots WHERE slot_name IN ($1, $2)", connection);
        command.Parameters.AddWithValue(spool);
        command.Parameters.AddWithValue(store);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<string, WalSlot> slots = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.GetString(1) != "physical")
            {
                throw new BackupProblemException($"The replication slot {reader.GetString(0)} is a logical one of somebody else's: name another in {WalOptions.Section}:{nameof(WalOptions.Slot)}.");
            }

            var status = reader.IsDBNull(3) ? null : reader.GetString(3);
            slots[reader.GetString(0)] = new WalSlot(
                status == "lost" || reader.IsDBNull(2) ? null : reader.GetFieldValue<NpgsqlLogSequenceNumber>(2), status, reader.IsDBNull(4) ? null : reader.GetInt64(4), reader.GetBoolean(5));
        }

        return slots;
    }

    /// <summary>Tells the server that the store has everything before a position; never takes it back.</summary>
    public async Task AdvanceStoreAsync(NpgsqlConnection connection, NpgsqlLogSequenceNumber position, CancellationToken cancellationToken) =>
        await CallAsync(connection, "SELECT pg_replication_slot_advance(slot_name, $2) FROM pg_replication_slots WHERE slot_name = $1 AND restart_lsn < $2", cancellationToken, store, position);

    /// <summary>Ends the session of a receiver that holds the slot although the right to receive is no longer its Worker's.</summary>
    public Task FenceAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => CallAsync(
        connection, "SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = $1 AND active_pid IS NOT NULL", cancellationToken, spool);

    /// <summary>Gives both up, so that they are made anew: the server does not have what they promise.</summary>
    public async Task DropAllAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await FenceAsync(connection, cancellationToken);
        foreach (var slot in (await ReadAsync(connection, cancellationToken)).Keys)
        {
            await DropAsync(connection, slot, cancellationToken);
        }
    }

    private static Task DropAsync(NpgsqlConnection connection, string slot, CancellationToken cancellationToken) =>
        CallAsync(connection, "SELECT pg_drop_replication_slot($1)", cancellationToken, slot);

    private static Task CopyAsync(NpgsqlConnection connection, (string From, string To) slots, CancellationToken cancellationToken) =>
        CallAsync(connection, "SELECT pg_copy_physical_replication_slot($1, $2)", cancellationToken, slots.From, slots.To);

    private static async Task CallAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] arguments)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(argument is NpgsqlLogSequenceNumber
                ? new NpgsqlParameter { Value = argument, NpgsqlDbType = NpgsqlDbType.PgLsn } : new NpgsqlParameter { Value = argument });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
