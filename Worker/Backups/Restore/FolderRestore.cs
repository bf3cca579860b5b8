using System.Diagnostics;
using ProductionReady.Worker.Backups.Checks;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>Restores the whole cluster into a folder, on which a server then starts as it is.</summary>
public sealed class FolderRestore(ServerRecovery recovery)
{
    /// <summary>Restores.</summary>
    /// <param name="request">What; its folder is the target.</param>
    /// <param name="countOnly">Leaves the checks out.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BackupProblemException">The target is live or not empty, or the recovery failed; then the folder is as it was.</exception>
    public async Task<RestoreReport> RunAsync(RecoveryRequest request, bool countOnly, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var target = TargetFolder.Take(request.Folder!);
        try
        {
            await using var server = await recovery.RecoverAsync(request with { Folder = target.Path }, progress, cancellationToken);
            var took = clock.Elapsed;
            var databases = new List<DatabaseCheck>();
            foreach (var database in await server.DatabasesAsync(cancellationToken))
            {
                progress?.Report($"Looking at database {database}");
                databases.Add(await DatabaseCheck.RunAsync(server.Connection(database), countOnly, cancellationToken));
            }

            await server.StopAsync(cancellationToken);
            List<CheckOutcome> checks = [];
            if (!countOnly)
            {
                progress?.Report("Reading every page");
                checks.Add(new CheckOutcome("checksums of all pages (pg_checksums)", await PageChecks.ChecksumsAsync(target.Path, cancellationToken)));
            }

            await target.FinishAsync(cancellationToken);
            return new RestoreReport(request.Target, target.Path, server.BaseId, server.Point, took, databases, checks);
        }
        catch
        {
            target.Clear();
            throw;
        }
    }
}
