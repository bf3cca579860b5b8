using System.CommandLine;
using ProductionReady.ServiceDefaults.Configuration;

namespace ProductionReady.Worker.Commands;

/// <summary>The command line: without a command the service, else one command and its exit code.</summary>
public static class WorkerCommands
{
    /// <summary>Exit code: done.</summary>
    public const int Done = 0;

    /// <summary>Exit code: tried and failed; standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>Exit code: the command line was not understood.</summary>
    public const int Usage = 2;

    // Longer than any step takes to end once it is cancelled; the default of two seconds would cut clean-up short.
    private static readonly TimeSpan TimeToStop = TimeSpan.FromMinutes(1);

    /// <summary>Runs what the command line asks for and returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("ProductionReady's Worker: without a command it runs scheduled maintenance and backups.")
        {
            BackupCommands.Create(), RestoreCommand.Create(), RestoreTenantCommand.Create(), DrillCommands.Create(), AuditCommands.Create(), TenantCommands.Create(),
        };
        root.SetAction(async (_, _) =>
        {
            using var host = WorkerHost.BuildService();
            return await host.RunToExitCodeAsync();
        });

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            return Usage;
        }

        // The service stops as its host decides; a command is cancelled.
        var service = parsed.CommandResult.Command == root;
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = service ? null : TimeToStop });
    }
}
