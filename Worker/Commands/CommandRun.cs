using Microsoft.Extensions.Options;
using Npgsql;
using ProductionReady.Worker.Audit;
using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Leases;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Commands;

/// <summary>Runs one command and turns its end into an exit code and, when it failed, one sentence on standard error.</summary>
internal static class CommandRun
{
    public static async Task<int> ToExitCodeAsync(Func<IServiceProvider, Task<bool>> command)
    {
        try
        {
            using var host = WorkerHost.BuildForCommand();
            return await command(host.Services) ? WorkerCommands.Done : WorkerCommands.Failed;
        }
        catch (Exception error) when (Sentences(error) is { Count: > 0 } sentences)
        {
            foreach (var sentence in sentences)
            {
                await Console.Error.WriteLineAsync(sentence);
            }

            return WorkerCommands.Failed;
        }
    }

    /// <summary>What an operator can act on; of anything else the stack trace is wanted.</summary>
    private static List<string> Sentences(Exception error) => error switch
    {
        OptionsValidationException options => [.. options.Failures],
        AggregateException several => [.. several.InnerExceptions.SelectMany(Sentences)],
        OperationCanceledException => ["Stopped before it was done."],
        BackupProblemException or UnknownTenantException or JobBusyException or LeaseLostException or ChildFailedException or NpgsqlException or IOException
            or InvalidDataException or UnauthorizedAccessException => [error.Message],
        _ => [],
    };
}
