using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Drills;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Commands;

/// <summary><c>drill run | list</c>.</summary>
public static class DrillCommands
{
    private static readonly Option<bool> Json = new("--json") { Description = "Prints the records as JSON." };

    /// <summary>Makes the command with its subcommands.</summary>
    public static Command Create()
    {
        var run = new Command("run", "Restores the newest base backup in scratch to a random moment and looks at everything; ends with 1 when something is wrong.");
        run.SetAction((_, cancellationToken) => CommandRun.ToExitCodeAsync(services => RunAsync(services, cancellationToken)));
        var list = new Command("list", "Lists drills, newest first.") { Json };
        list.SetAction((parsed, cancellationToken) => CommandRun.ToExitCodeAsync(services => ListAsync(services, parsed.GetValue(Json), cancellationToken)));
        return new Command("drill", "Proves backups by restoring them.") { run, list };
    }

    private static async Task<bool> RunAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        var job = services.GetRequiredService<DrillJob>();
        job.Progress = new RestoreProgress(Console.Error);
        await services.GetRequiredService<LeasedJobRunner>().RunNowAsync(job, DrillJob.Shard, cancellationToken);
        if (job.Made is not { } drill)
        {
            await Console.Error.WriteLineAsync(DrillJob.NotPossible);
            return false;
        }

        await Console.Out.WriteLineAsync(Line(drill));
        await RestoreReportText.WriteChecksAsync(drill.Checks, Console.Out);
        foreach (var sentence in drill.NotCompared)
        {
            await Console.Out.WriteLineAsync($"Note: {sentence}");
        }

        return drill.Passed;
    }

    private static async Task<bool> ListAsync(IServiceProvider services, bool json, CancellationToken cancellationToken)
    {
        var drills = await services.GetRequiredService<DrillRecords>().ListAsync(cancellationToken);
        if (json)
        {
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(drills, DrillJson.Default.IReadOnlyListDrillRecord));
            return true;
        }

        foreach (var drill in drills)
        {
            await Console.Out.WriteLineAsync(Line(drill));
            foreach (var problem in drill.Checks.SelectMany(check => check.Problems))
            {
                await Console.Out.WriteLineAsync($"  {problem}");
            }
        }

        return true;
    }

    private static string Line(DrillRecord drill) => string.Create(
        CultureInfo.InvariantCulture,
        $"{drill.Id}  {(drill.Passed ? "passed" : "FAILED")}  base {drill.BaseId ?? "none"}  to {drill.Target ?? "none"}  recovered in {drill.RecoveryTimeSeconds:F1} s  store behind by {drill.RecoveryPointSeconds:F1} s");
}
