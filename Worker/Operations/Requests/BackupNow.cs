using System.Text.Json.Nodes;
using ProductionReady.Worker.Backups.Base;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Operations.Requests;

/// <summary>Makes a base backup beside the scheduled ones; waits for one that is being made, and then makes its own.</summary>
public sealed class BackupNow(LeasedJobRunner runner, BaseBackupJob job, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Makes it.</summary>
    /// <returns>Its id and size.</returns>
    public async Task<JsonObject> RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var details = await runner.RunNowAsync(job, BaseBackupJob.Shard, cancellationToken);
                return new JsonObject { ["backupId"] = details[BaseBackupJob.BackupIdDetail]?.DeepClone(), ["bytes"] = details["bytes"]?.DeepClone() };
            }
            catch (JobBusyException)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }
}
