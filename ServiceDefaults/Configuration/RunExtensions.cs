using Microsoft.Extensions.DependencyInjection;
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
            // Before the host starts: it would stop at the first service that reads a bad key, and log a stack trace.
            host.Services.GetService<IStartupValidator>()?.Validate();
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

        // What the configuration binder throws names the key and the type, such as a word where a number belongs.
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } binder => [binder.Message],
        AggregateException several when several.InnerExceptions.All(inner => Failures(inner).Count > 0) =>
            [.. several.InnerExceptions.SelectMany(Failures)],
        _ => [],
    };
}
