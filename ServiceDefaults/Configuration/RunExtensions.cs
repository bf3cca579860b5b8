using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ProductionReady.ServiceDefaults.Configuration;

/// <summary>Runs a host as the last statement of a program.</summary>
public static class RunExtensions
{
    /// <summary>Exit code for configuration that does not allow a start (EX_CONFIG of sysexits.h).</summary>
    public const int BadConfiguration = 78;

    /// <summary>
    /// Runs the host until it is told to stop and returns the exit code: 0, or <see cref="BadConfiguration"/> after naming each
    /// bad key on standard error, one a line and without a stack trace, which would bury them.
    /// </summary>
    public static async Task<int> RunToExitCodeAsync(this IHost host)
    {
        try
        {
            await host.RunAsync();
            return 0;
        }
        catch (Exception exception) when (Failures(exception) is { Count: > 0 } failures)
        {
            foreach (var failure in failures)
            {
                await Console.Error.WriteLineAsync("Cannot start: " + failure);
            }

            return BadConfiguration;
        }
    }

    private static List<string> Failures(Exception exception) => exception switch
    {
        OptionsValidationException options => [.. options.Failures],
        AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            [.. several.InnerExceptions.SelectMany(Failures)],
        _ => [],
    };
}
