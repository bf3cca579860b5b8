using System.CommandLine;
using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Configuration;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Commands;

/// <summary><c>backup configuration</c> and <c>backup open-configuration</c>.</summary>
internal static class ConfigurationCommands
{
    private static readonly Argument<string> Id = new("id") { Description = "Id of a backup of the configuration as listed, or 'latest'." };

    private static readonly Option<DirectoryInfo> Target = new("--target") { Description = "Folder to write the files to; new or empty.", Required = true };

    public static Command Make() =>
        BackupCommands.Does(new Command("configuration", "Backs up now what a server is rebuilt with, beside the nightly backups of it."), MakeAsync);

    public static Command Open() =>
        BackupCommands.Does(new Command("open-configuration", "Writes the files that a server is rebuilt with.") { Id, Target }, OpenAsync);

    private static async Task<bool> MakeAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        var details = await services.GetRequiredService<LeasedJobRunner>().RunNowAsync(services.GetRequiredService<ConfigurationJob>(), ConfigurationJob.Shard, cancellationToken);
        var made = await services.GetRequiredService<BackupCatalog>().FindAsync(
            details[ConfigurationJob.BackupIdDetail]!.GetValue<string>(), StoredBackupKind.Configuration, cancellationToken);
        await BackupReport.WriteListAsync([made], Console.Out);
        return true;
    }

    private static async Task<bool> OpenAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        var backup = await services.GetRequiredService<BackupCatalog>().FindAsync(parsed.GetRequiredValue(Id), StoredBackupKind.Configuration, cancellationToken);
        foreach (var file in await services.GetRequiredService<OpenedConfiguration>().WriteAsync(backup, parsed.GetRequiredValue(Target).FullName, cancellationToken))
        {
            await Console.Out.WriteLineAsync(file);
        }

        return true;
    }
}
