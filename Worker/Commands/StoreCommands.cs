using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.OffSite;
using ProductionReady.Worker.Backups.Retention;
using ProductionReady.Worker.Backups.Verification;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Commands;

/// <summary><c>backup verify | prune | mirror | rebuild-catalog</c>: what looks after the store.</summary>
internal static class StoreCommands
{
    private static readonly Argument<string?> Id = new("id")
    {
        Description = "Id of a backup as listed, or 'latest'.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> All = new("--all") { Description = "Reads every object of the store, and tells what is missing." };

    private static readonly Option<bool> OffSite = new("--off-site") { Description = "With --all: of the off-site copy." };

    private static readonly Option<bool> Back = new("--back") { Description = "Copies from the off-site store to the store what that lacks, as after its loss." };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Prints what would go, and why, and deletes nothing." };

    public static Command Verify()
    {
        var verify = new Command("verify", "Reads what is stored and compares it with its checksums; ends with 1 when something is damaged or missing.") { Id, All, OffSite };
        verify.Validators.Add(result =>
        {
            if (result.GetValue(All) == (result.GetValue(Id) is not null))
            {
                result.AddError("Name either a backup or --all.");
            }

            if (result.GetValue(OffSite) && !result.GetValue(All))
            {
                result.AddError("--off-site needs --all.");
            }
        });
        return BackupCommands.Does(verify, (services, parsed, cancellationToken) =>
            parsed.GetValue(All) ? VerifyAllAsync(services, parsed.GetValue(OffSite), cancellationToken) : VerifyOneAsync(services, parsed.GetValue(Id)!, cancellationToken));
    }

    public static Command Prune() =>
        BackupCommands.Does(new Command("prune", "Deletes the backups that no rule keeps, and the log that none needs.") { DryRun }, PruneAsync);

    public static Command RebuildCatalog() =>
        BackupCommands.Does(new Command("rebuild-catalog", "Makes the catalog anew from the documents in the store, and forgets what is missing."), RebuildAsync);

    public static Command Mirror() =>
        BackupCommands.Does(new Command("mirror", "Brings the off-site copy of the store up to date now.") { Back }, MirrorAsync);

    private static async Task<bool> MirrorAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        var offSite = services.GetRequiredService<OffSiteStore>().Required;
        if (!parsed.GetValue(Back))
        {
            var details = await services.GetRequiredService<LeasedJobRunner>().RunNowAsync(services.GetRequiredService<MirrorJob>(), MirrorJob.Shard, cancellationToken);
            await Console.Out.WriteLineAsync($"Copied: {details["copied"]} objects, {details["bytes"]} bytes, to {offSite.Store.Location}.");
            return true;
        }

        // No lease: where the store was lost, the database may be too.
        var status = await services.GetRequiredService<StoreMirror>().CopyAsync(
            offSite.Store, services.GetRequiredService<BackupCatalog>(), isOlder: true, () => Task.CompletedTask, cancellationToken);
        foreach (var problem in status.Problems)
        {
            await Console.Out.WriteLineAsync(problem);
        }

        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Copied back: {status.Copied} objects, {status.CopiedBytes} bytes, from {offSite.Store.Location}."));
        return status.Problems.Count == 0;
    }

    private static async Task<bool> VerifyOneAsync(IServiceProvider services, string id, CancellationToken cancellationToken)
    {
        var backup = await services.GetRequiredService<BackupCatalog>().FindAsync(id, kind: null, cancellationToken);
        var check = await services.GetRequiredService<BackupVerifier>().VerifyAsync(backup, cancellationToken);
        return await BackupReport.WriteCheckAsync(check, backup.Backup, Console.Out);
    }

    private static async Task<bool> VerifyAllAsync(IServiceProvider services, bool offSite, CancellationToken cancellationToken)
    {
        var catalog = offSite ? services.GetRequiredService<OffSiteStore>().Required : services.GetRequiredService<BackupCatalog>();
        var found = await services.GetRequiredService<StoreVerifier>().VerifyAsync(catalog, record: !offSite, new ReadObjects(), cancellationToken);
        foreach (var problem in found.Problems)
        {
            await Console.Out.WriteLineAsync(problem);
        }

        foreach (var lost in found.Lost)
        {
            await Console.Out.WriteLineAsync($"Note: {lost}");
        }

        foreach (var folder in found.Unfinished)
        {
            await Console.Out.WriteLineAsync($"Note: {folder} has no document: that backup is being made or was given up, unless its document was lost together with the catalog.");
        }

        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{found.Objects} objects with {found.Bytes} bytes and {found.Checks.Count} backups in {catalog.Store.Location}: {(found.Problems.Count == 0 ? "all whole, nothing missing" : $"{found.Problems.Count} PROBLEMS")}."));
        return found.Problems.Count == 0;
    }

    private static async Task<bool> PruneAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        if (parsed.GetValue(DryRun))
        {
            await PruneReport.WriteAsync(await services.GetRequiredService<Pruning>().PlanAsync(services.GetRequiredService<BackupCatalog>(), cancellationToken), Console.Out);
            return true;
        }

        var details = await services.GetRequiredService<LeasedJobRunner>().RunNowAsync(services.GetRequiredService<PruneJob>(), PruneJob.Shard, cancellationToken);
        await Console.Out.WriteLineAsync($"Deleted: {details["backups"]} backups, {details["log"]} objects of the write-ahead log.");
        return true;
    }

    private static async Task<bool> RebuildAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        var catalog = services.GetRequiredService<BackupCatalog>();
        var (backups, forgotten) = await catalog.RebuildAsync(cancellationToken);
        foreach (var item in forgotten)
        {
            await Console.Out.WriteLineAsync($"Forgotten: {item.Key}, which the catalog knew and the store has not.");
        }

        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"The catalog of {catalog.Store.Location} was made anew: {backups.Count} backups."));
        return true;
    }

    /// <summary>Says now and then on standard error how far it is.</summary>
    private sealed class ReadObjects : IProgress<int>
    {
        private const int Each = 500;

        public void Report(int value)
        {
            if (value % Each == 0)
            {
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value} objects read"));
            }
        }
    }
}
