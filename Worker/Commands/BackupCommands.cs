using System.CommandLine;
using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Commands;

/// <summary><c>backup create | list | verify | test-restore | wal</c>.</summary>
public static class BackupCommands
{
    private static readonly Argument<string> Id = new("id") { Description = "Id of a backup as listed, or 'latest'." };

    private static readonly Option<bool> Json = new("--json") { Description = "Prints the manifests and outcomes as JSON." };

    /// <summary>Makes the command with its subcommands.</summary>
    public static Command Create() => new("backup", "Makes, lists and tries backups.")
    {
        WalCommand.Create(),
        Does(new Command("create", "Makes a backup now, beside the nightly ones."), CreateBackupAsync),
        Does(new Command("list", "Lists backups, newest first.") { Json }, ListAsync),
        Does(new Command("verify", "Reads a backup and compares it with its checksum.") { Id }, VerifyAsync),
        Does(new Command("test-restore", "Restores a backup into a scratch server and compares it with its ledger.") { Id }, TestRestoreAsync),
    };

    private static async Task<bool> CreateBackupAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        var runner = services.GetRequiredService<LeasedJobRunner>();
        var details = await runner.RunNowAsync(services.GetRequiredService<BackupJob>(), BackupJob.Shard, cancellationToken);
        var catalog = services.GetRequiredService<BackupCatalog>();
        var made = details[BackupJob.OwnBackupIdsDetail]!.AsArray().Prepend(details[BackupJob.BackupIdDetail]);
        await BackupReport.WriteListAsync([.. made.Select(id => catalog.Find(id!.GetValue<string>()))], Console.Out);
        return true;
    }

    private static async Task<bool> ListAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        var backups = services.GetRequiredService<BackupCatalog>().List();
        await (parsed.GetValue(Json) ? BackupReport.WriteJsonAsync(backups, Console.Out) : BackupReport.WriteListAsync(backups, Console.Out));
        return true;
    }

    private static async Task<bool> VerifyAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        var manifest = services.GetRequiredService<BackupCatalog>().Find(parsed.GetRequiredValue(Id)).Manifest;
        var check = await services.GetRequiredService<BackupVerifier>().VerifyAsync(manifest, cancellationToken);
        return await BackupReport.WriteCheckAsync(check, manifest, Console.Out);
    }

    private static async Task<bool> TestRestoreAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        var manifest = services.GetRequiredService<BackupCatalog>().Find(parsed.GetRequiredValue(Id)).Manifest;
        var check = await services.GetRequiredService<RestoreTest>().RunAsync(manifest, cancellationToken);
        return await BackupReport.WriteCheckAsync(check, manifest, Console.Out);
    }

    private static Command Does(Command command, Func<IServiceProvider, ParseResult, CancellationToken, Task<bool>> run)
    {
        command.SetAction((parsed, cancellationToken) => CommandRun.ToExitCodeAsync(services => run(services, parsed, cancellationToken)));
        return command;
    }
}
