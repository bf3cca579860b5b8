using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Console;
using Npgsql;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Identity.Keys;
using ProductionReady.Api.Storage;
using ProductionReady.Data;
using ProductionReady.ServiceDefaults;
using ProductionReady.ServiceDefaults.Configuration;

namespace ProductionReady.Api.Commands;

/// <summary>Runs one command in a scope of its own and turns its end into an exit code and, when it failed, a sentence on standard error.</summary>
internal static class CommandHost
{
    public static Task<int> RunAsync(Func<IServiceProvider, Task> command, CancellationToken cancellationToken) =>
        RunAsync(command, "Failed, and nothing was changed", cancellationToken);

    /// <summary>The same for a command that may have done a part when it fails.</summary>
    public static async Task<int> RunAsync(Func<IServiceProvider, Task> command, string ofFailure, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.OrRefuseToStart(() => builder.AddSecretFiles());
        builder.RequireConnectionString(ResourceNames.ApiDatabase, text => _ = new NpgsqlConnectionStringBuilder(text));
        builder.OrRefuseToStart(() => builder.AddAppDatabase(ResourceNames.ApiDatabase));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddTenantDatabase();
        builder.AddAudit();
        builder.AddSigningKeys();
        builder.AddTenantSecretRewrapping();

        // Standard output is the command's answer.
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true)
            .AddFilter("Microsoft", LogLevel.None).AddFilter("Npgsql", LogLevel.None);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        using var host = builder.Build();
        if (await host.StartFaultsAsync(cancellationToken) is { Count: > 0 } faults)
        {
            await Console.Error.WriteLineAsync(string.Join('\n', faults));
            return ApiCommands.Usage;
        }

        try
        {
            await using var scope = host.Services.CreateAsyncScope();
            await command(scope.ServiceProvider);
            return ApiCommands.Done;
        }
        catch (CryptographicException)
        {
            await Console.Error.WriteLineAsync("Identity:KeyEncryptionKey is not the one that the signing keys were wrapped with.");
            return ApiCommands.Usage;
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException { InnerException: NpgsqlException } or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"{ofFailure}: {exception.GetBaseException().Message}");
            return ApiCommands.Failed;
        }
    }
}
