using System.CommandLine;
using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Dumps;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Commands;

/// <summary><c>backup …</c>.</summary>
public static class BackupCommands
{
    private static readonly Argument<string> Id = new("id") { Description = "Id of a dump as listed, or 'latest'." };

    private static readonly Option<bool> Json = new("--json") { Description = "Prints the documents and outcomes as JSON." };

    /// <summary>Makes the command with its subcommands.</summary>
    public static Command Create() => new("backup", "Makes, lists and tries backups.")
    {
        WalCommand.Create(),
        BaseBackupCommand.Create(),
        Does(new Command("dump", "Dumps all databases now, beside the weekly dumps."), DumpAsync),
        Does(new Command("list", "Lists backups, newest first.") { Json }, ListAsync),
        Does(new Command("test-restore", "Restores a dump into a scratch server and compares it with its ledger.") { Id }, TestRestoreAsync),
        ConfigurationCommands.Make(),
        ConfigurationCommands.Open(),
        StoreCommands.Verify(),
        StoreCommands.Prune(),
        StoreCommands.Mirror(),
        StoreCommands.RebuildCatalog(),
    };

    /// <summary>Gives a command what it does.</summary>
    internal static Command Does(Command command, Func<IServiceProvider, ParseResult, CancellationToken, Task<bool>> run)
    {
        command.SetAction((parsed, cancellationToken) => CommandRun.ToExitCodeAsync(services => run(services, parsed, cancellationToken)));
        return command;
    }

    private static async Task<bool> DumpAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        var runner = services.GetRequiredService<LeasedJobRunner>();
        var details = await runner.RunNowAsync(services.GetRequiredService<DumpJob>(), DumpJob.Shard, cancellationToken);
        var made = await services.GetRequiredService<BackupCatalog>().FindAsync(
            details[DumpJob.BackupIdDetail]!.GetValue<string>(), StoredBackupKind.Dump, cancellationToken);
        await BackupReport.WriteListAsync([made], Console.Out);
        return true;
    }

    private static async Task<bool> ListAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        var backups = await services.GetRequiredService<BackupCatalog>().ListAsync(kind: null, cancellationToken);
        await (parsed.GetValue(Json) ? BackupReport.WriteJsonAsync(backups, Console.Out) : BackupReport.WriteListAsync(backups, Console.Out));
        return true;
    }

    private static async Task<bool> TestRestoreAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        var dump = await services.GetRequiredService<BackupCatalog>().FindAsync(parsed.GetRequiredValue(Id), StoredBackupKind.Dump, cancellationToken);
        var check = await services.GetRequiredService<DumpRestoreTest>().RunAsync(dump, cancellationToken);
        return await BackupReport.WriteCheckAsync(check, dump.Backup, Console.Out);
    }
}
