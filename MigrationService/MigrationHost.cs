using Npgsql;
using ProductionReady.MigrationService.Migrating;
using ProductionReady.MigrationService.Operators;
using ProductionReady.MigrationService.Placing;
using ProductionReady.MigrationService.Seeding;
using ProductionReady.MigrationService.Server;
using ProductionReady.MigrationService.Validation;
using ProductionReady.ServiceDefaults;
using ProductionReady.ServiceDefaults.Configuration;

namespace ProductionReady.MigrationService;

/// <summary>A host that lives as long as one verb, so that its logs and traces go where those of the services go.</summary>
internal static class MigrationHost
{
    public static async Task<int> RunAsync(
        VerbRequest request,
        IReadOnlyDictionary<string, string?> configuration,
        TextWriter output,
        CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(configuration);
        builder.AddBasicServiceDefaults();
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Services
            .AddSingleton<Steps>()
            .AddSingleton<ServerConnection>()
            .AddSingleton<MigrationLock>()
            .AddSingleton<MigrationContext>()
            .AddSingleton<MigrationRun>()
            .AddSingleton<UpVerb>()
            .AddSingleton<DownVerb>()
            .AddSingleton<StatusVerb>()
            .AddSingleton<ValidateVerb>()
            .AddSingleton<SeedVerb>()
            .AddSingleton<PlatformAdminVerb>()
            .AddSingleton<BuriedTenants>()
            .AddSingleton<Migrations>()
            .AddSingleton<OwnDatabases>()
            .AddSingleton<EveryDatabase>()
            .AddSingleton<Acknowledgements>()
            .AddSingleton<Leftovers>()
            .AddSingleton<TenantMove>()
            .AddSingleton<PlaceVerb>();
        using var host = builder.Build();
        if (await host.StartFaultsAsync(cancellationToken) is { Count: > 0 } faults)
        {
            host.Services.GetRequiredService<ILogger<VerbRequest>>().Refused($"Bad configuration: {string.Join(' ', faults)}");
            return ExitCode.Usage;
        }

        await host.StartAsync(cancellationToken);
        try
        {
            return await ReportAsync(host.Services, request, output, cancellationToken);
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    private static async Task<int> ReportAsync(
        IServiceProvider services, VerbRequest request, TextWriter output, CancellationToken cancellationToken)
    {
        var logger = services.GetRequiredService<ILogger<VerbRequest>>();
        try
        {
            return await RunAsync(services, request, output, cancellationToken);
        }
        catch (MigrationFailedException failure)
        {
            logger.Refused(failure.Message);
            return failure.ExitCode;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            logger.Cancelled();
            return ExitCode.Failed;
        }
        catch (Exception exception)
        {
            logger.Failed(exception);
            return ExitCode.Failed;
        }
    }

    private static async Task<int> RunAsync(
        IServiceProvider services, VerbRequest request, TextWriter output, CancellationToken cancellationToken)
    {
        var settings = MigrationSettings.Read(services.GetRequiredService<IConfiguration>(), withPasswords: request.Verb is Verb.Up);
        await using var connection = await OpenAsync(services, request, settings, cancellationToken);
        return request.Verb switch
        {
            Verb.Up => await services.GetRequiredService<UpVerb>().RunAsync(connection, settings, cancellationToken),
            Verb.Down => await services.GetRequiredService<DownVerb>()
                .RunAsync(connection, request.To!, request.AllowDataLoss, cancellationToken),
            Verb.Status => await EverywhereAsync(services.GetRequiredService<StatusVerb>().RunAsync),
            Verb.Validate => await EverywhereAsync(services.GetRequiredService<ValidateVerb>().RunAsync),
            Verb.Seed => await services.GetRequiredService<SeedVerb>().RunAsync(connection, output, request.Force, cancellationToken),
            Verb.Place => await services.GetRequiredService<PlaceVerb>().RunAsync(connection, request.Place!, output, cancellationToken),
            Verb.PlatformAdmin => await services.GetRequiredService<PlatformAdminVerb>().RunAsync(connection, request.Email!, output, cancellationToken),
            _ => throw new InvalidOperationException($"No such verb: {request.Verb}."),
        };

        async Task<int> EverywhereAsync(Func<NpgsqlConnection, TextWriter, CancellationToken, Task<int>> verb)
        {
            var code = await verb(connection, output, cancellationToken);
            var others = await services.GetRequiredService<EveryDatabase>().RunAsync(
                connection, alone: false, OwnAsync, failure => output.WriteLineAsync(failure.Message), cancellationToken);
            return code == ExitCode.Done ? others : code;

            async Task<int> OwnAsync(NpgsqlConnection own)
            {
                await output.WriteLineAsync($"{own.Database}:");
                return await verb(own, output, cancellationToken);
            }
        }
    }

    private static async Task<NpgsqlConnection> OpenAsync(
        IServiceProvider services, VerbRequest request, MigrationSettings settings, CancellationToken cancellationToken)
    {
        var connection = await services.GetRequiredService<Steps>().RunAsync("connect", () => services.GetRequiredService<ServerConnection>()
            .OpenAsync(settings.ConnectionString, request.ServerWait, createDatabase: request.Verb is Verb.Up, cancellationToken));
        if (request.Changes)
        {
            await services.GetRequiredService<MigrationLock>().TakeAsync(connection, request.LockWait, cancellationToken);
        }

        return connection;
    }
}
