using System.CommandLine;
using ProductionReady.Worker.Backups.Restore;

namespace ProductionReady.Worker.Commands;

/// <summary><c>restore --to … --target …</c> and <c>restore --to … --into-new-database …</c>.</summary>
public static class RestoreCommand
{
    private static readonly Option<RecoveryTarget> To = new("--to")
    {
        Description = "How far: a time (RFC 3339, UTC without an offset; every commit until then), a position of the log such as 0/3000028, or 'latest'.",
        Required = true,
        CustomParser = result =>
        {
            var target = RecoveryTarget.TryParse(result.Tokens[0].Value);
            if (target is null)
            {
                result.AddError("--to takes a time such as 2026-01-31T14:05:00Z, a position of the log such as 0/3000028, or 'latest'.");
            }

            return target;
        },
    };

    private static readonly Option<string> Target = new("--target") { Description = "Folder to restore the whole cluster into: empty or not there." };

    private static readonly Option<string> IntoNewDatabase = new("--into-new-database") { Description = "Name of a database to make on the live server, and to restore --database into." };

    private static readonly Option<string> Database = new("--database") { Description = "Which database goes into the new one; the shared one by default." };

    private static readonly Option<string> Base = new("--base") { Description = "Id of the base backup to begin with; the newest that ends before --to by default." };

    private static readonly Option<uint?> Timeline = new("--timeline") { Description = "The timeline of the log to follow; the newest by default." };

    private static readonly Option<string> Spool = new("--spool") { Description = "Folder of the spool, whose log is newer than the store's; this Worker's own by default, if it is there." };

    private static readonly Option<bool> StoreAlone = new("--store-alone") { Description = "Uses no spool." };

    private static readonly Option<bool> SkipChecks = new("--skip-checks") { Description = "Counts rows and checks nothing else." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("restore", "Brings back the cluster, or one database of it, as it was at any moment since the oldest base backup.")
        {
            To, Target, IntoNewDatabase, Database, Base, Timeline, Spool, StoreAlone, SkipChecks,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Target) is null == result.GetValue(IntoNewDatabase) is null)
            {
                result.AddError("Name either --target or --into-new-database.");
            }

            if (result.GetValue(Database) is not null && result.GetValue(IntoNewDatabase) is null)
            {
                result.AddError("--database needs --into-new-database.");
            }

            if (result.GetValue(StoreAlone) && result.GetValue(Spool) is not null)
            {
                result.AddError("--spool and --store-alone exclude each other.");
            }
        });
        command.SetAction((parsed, cancellationToken) => CommandRun.ToExitCodeAsync(services => RunAsync(services, parsed, cancellationToken)));
        return command;
    }

    private static async Task<bool> RunAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        var request = new RecoveryRequest(parsed.GetRequiredValue(To))
        {
            BaseId = parsed.GetValue(Base),
            Timeline = parsed.GetValue(Timeline),
            Spool = parsed.GetValue(StoreAlone) ? null : parsed.GetValue(Spool) ?? services.GetRequiredService<SpoolLocation>().Folder,
            Folder = parsed.GetValue(Target),
        };
        var progress = new RestoreProgress(Console.Error);
        var report = parsed.GetValue(IntoNewDatabase) is { } name
            ? await services.GetRequiredService<NewDatabaseRestore>().RunAsync(request, parsed.GetValue(Database), name, parsed.GetValue(SkipChecks), progress, cancellationToken)
            : await services.GetRequiredService<FolderRestore>().RunAsync(request, parsed.GetValue(SkipChecks), progress, cancellationToken);
        await RestoreReportText.WriteAsync(report, Console.Out);
        return report.Passed;
    }
}
