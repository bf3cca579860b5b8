using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Base;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Commands;

/// <summary><c>backup create</c>.</summary>
public static class BaseBackupCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("create", "Makes a base backup of the whole cluster now, beside the daily ones.");
        command.SetAction((_, cancellationToken) => CommandRun.ToExitCodeAsync(services => RunAsync(services, cancellationToken)));
        return command;
    }

    private static async Task<bool> RunAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        var job = services.GetRequiredService<BaseBackupJob>();
        await services.GetRequiredService<LeasedJobRunner>().RunNowAsync(job, BaseBackupJob.Shard, cancellationToken);
        var made = job.Made!;
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{made.Id}  base backup of {made.Size} bytes, consistent at {made.Wal!.StopLsn} ({made.FinishedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z)"));
        foreach (var ledger in made.Ledgers)
        {
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"  {ledger.Database}: {ledger.Tables.Sum(table => table.Rows)} rows in {ledger.Tables.Count} tables {(ledger.Exact ? $"at {ledger.Lsn}" : $"between {ledger.Window?.From} and {ledger.Window?.Until}, among commits")}"));
        }

        return true;
    }
}
