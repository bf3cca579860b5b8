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
        // Before the host starts: it would stop at the first service that reads a bad key, and log a stack trace.
        var faults = await host.StartFaultsAsync();
        foreach (var fault in faults)
        {
            await Console.Error.WriteLineAsync("Cannot start: " + fault);
        }

        if (faults.Count > 0)
        {
            return BadConfiguration;
        }

        await host.RunAsync();
        return 0;
    }

    /// <summary>Every reason why the host cannot start that can be found before it does, one sentence each.</summary>
    public static async Task<IReadOnlyList<string>> StartFaultsAsync(this IHost host, CancellationToken cancellationToken = default)
    {
        try
        {
            host.Services.GetService<IStartupValidator>()?.Validate();
        }
        catch (Exception exception) when (Failures(exception) is { Count: > 0 } failures)
        {
            return [.. failures.Distinct(StringComparer.Ordinal)];
        }

        var faults = new List<string>();
        foreach (var check in host.Services.GetServices<IStartCheck>())
        {
            faults.AddRange(await check.FaultsAsync(cancellationToken));
        }

        return faults;
    }

    private static List<string> Failures(Exception exception) => exception switch
    {
        OptionsValidationException options => [.. options.Failures],

        // Of a framework's own section; ours are bound by CheckedBinding. It names the key and the type.
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } binder => [binder.Message],
        AggregateException several when several.InnerExceptions.All(inner => Failures(inner).Count > 0) =>
            [.. several.InnerExceptions.SelectMany(Failures)],
        _ => [],
    };
}
