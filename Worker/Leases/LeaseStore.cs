using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Worker.Leases;

/// <summary>
/// Leases in <c>job_leases</c> and the record of runs in <c>job_runs</c>. Every time compared or stored is the database's,
/// so Workers whose clocks differ agree.
/// </summary>
public sealed class LeaseStore(
    [FromKeyedServices(ResourceNames.WorkerDatabase)] NpgsqlDataSource database,
    IOptions<LeaseOptions> options)
{
    private readonly TimeSpan duration = options.Value.Duration;

    /// <summary>The time by the database's clock.</summary>
    public async Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(LeaseSql.Now);
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <summary>Makes the shards known; brings a shard's due time forward when the schedule was changed to an earlier one.</summary>
    public async Task ScheduleAsync(string job, IReadOnlyList<string> shards, DateTimeOffset next, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(LeaseSql.Schedule);
        command.Parameters.AddWithValue(job);
        command.Parameters.AddWithValue(shards.ToArray());
        command.Parameters.AddWithValue(next.UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Claims a free shard, the longest due first; null when none is free. Two callers never get the same one.</summary>
    /// <param name="onlyDue">False for a run on demand, which does not wait for the schedule.</param>
    public async Task<Lease?> TryClaimAsync(string job, IReadOnlyList<string> shards, bool onlyDue, CancellationToken cancellationToken)
    {
        var runId = Guid.CreateVersion7();
        var holder = $"{Environment.MachineName}/{Environment.ProcessId}/{runId:N}";
        await using var command = database.CreateCommand(LeaseSql.Claim);
        command.Parameters.AddWithValue(job);
        command.Parameters.AddWithValue(shards.ToArray());
        command.Parameters.AddWithValue(onlyDue);
        command.Parameters.AddWithValue(holder);
        command.Parameters.AddWithValue(duration);
        command.Parameters.AddWithValue(runId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new Lease(job, reader.GetString(0), holder, runId, reader.GetFieldValue<DateTimeOffset>(1))
            : null;
    }

    /// <summary>Extends the lease from now; false when it is no longer this holder's.</summary>
    public async Task<bool> RenewAsync(Lease lease, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(LeaseSql.Renew);
        command.Parameters.AddWithValue(lease.Job);
        command.Parameters.AddWithValue(lease.Shard);
        command.Parameters.AddWithValue(lease.Holder);
        command.Parameters.AddWithValue(duration);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Gives the lease back and records the run; false when the lease had been lost, which is then the outcome.</summary>
    /// <param name="nextDue">When the shard is due next; null leaves it as due as it was.</param>
    public async Task<bool> FinishAsync(
        Lease lease, string outcome, JsonObject details, DateTimeOffset? nextDue, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(LeaseSql.Finish);
        command.Parameters.AddWithValue(lease.Job);
        command.Parameters.AddWithValue(lease.Shard);
        command.Parameters.AddWithValue(lease.Holder);
        command.Parameters.AddWithValue(outcome);
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = nextDue?.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.AddWithValue(lease.RunId);
        command.Parameters.AddWithValue(NpgsqlDbType.Jsonb, details.ToJsonString());
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
