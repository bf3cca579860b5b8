using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Update;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using ProductionReady.Data.Placement;
using ProductionReady.Data.Saving;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data;

/// <summary>Registers the application's database.</summary>
public static class AppDatabase
{
    private static readonly TenantCommandInterceptor TenantCommands = new();
    private static readonly TenantOwnershipInterceptor TenantOwnership = new();
    private static readonly AfterCommitInterceptor AfterCommit = new();

    /// <summary>
    /// Adds <see cref="AppDbContext"/>, the scope's <see cref="TenantContext"/> and <see cref="TenantDirectory"/>, with the
    /// health check and telemetry of Aspire's client integration. The context shares its pool with whoever asks for the
    /// <see cref="NpgsqlDataSource"/> keyed by <paramref name="connectionName"/>. A host whose connection string is missing or
    /// would break tenancy does not start.
    /// </summary>
    public static TBuilder AddAppDatabase<TBuilder>(this TBuilder builder, string connectionName)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AppDatabaseOptions>, AppDatabaseValidation>());
        builder.Services.AddOptions<AppDatabaseOptions>()
            .Configure(options => options.ConnectionName = connectionName)
            .ValidateOnStart();
        builder.Services.TryAddScoped<TenantContext>();
        builder.Services.TryAddScoped<ITenantContext>(services => services.GetRequiredService<TenantContext>());
        builder.Services.TryAddScoped<TenantDirectory>();

        // The host's own, so that its connections end with the host: those of a pool that Npgsql keeps by connection string
        // would live as long as the process.
        builder.Services.TryAddKeyedSingleton(connectionName, (services, _) => NpgsqlDataSource.Create(
            ConnectionPool.Bounded(services.GetRequiredService<IConfiguration>().GetConnectionString(connectionName)!)));

        // Each scope says to whom it belongs, and is led to where that tenant lives.
        builder.Services.AddOptions<PlacementOptions>().BindConfiguration(PlacementOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(services => new TenantGate(
            services.GetRequiredService<IConfiguration>().GetConnectionString(connectionName)!,
            services.GetRequiredKeyedService<NpgsqlDataSource>(connectionName),
            services.GetRequiredService<IOptions<PlacementOptions>>().Value.Hold,
            services.GetRequiredService<TimeProvider>()));
        builder.Services.TryAddSingleton<DirectoryMirror>();
        builder.Services.AddHostedService<PlacementFeed>();

        // Not pooled: a context belongs to one scope's tenant.
        builder.Services.AddDbContext<AppDbContext>((services, options) => options.UseAppDatabase(
            services.GetRequiredKeyedService<NpgsqlDataSource>(connectionName)));

        // No retries: repeating a command whose answer was lost could do a POST's work twice.
        builder.EnrichNpgsqlDbContext<AppDbContext>(settings => settings.DisableRetry = true);
        return builder;
    }

    /// <summary>The options that every <see cref="AppDbContext"/> needs, for callers without a host, such as tests.</summary>
    public static TOptions UseAppDatabase<TOptions>(this TOptions options, string connectionString)
        where TOptions : DbContextOptionsBuilder
    {
        options.UseNpgsql(connectionString);
        return options.WithTenancy();
    }

    /// <summary>The same over a pool that the caller owns.</summary>
    public static TOptions UseAppDatabase<TOptions>(this TOptions options, NpgsqlDataSource database)
        where TOptions : DbContextOptionsBuilder
    {
        options.UseNpgsql(database);
        return options.WithTenancy();
    }

    /// <summary>The same over a connection that the caller opened and keeps; the MigrationService runs all its work on one.</summary>
    public static TOptions UseAppDatabase<TOptions>(this TOptions options, NpgsqlConnection connection)
        where TOptions : DbContextOptionsBuilder
    {
        options.UseNpgsql(connection);
        return options.WithTenancy();
    }

    private static TOptions WithTenancy<TOptions>(this TOptions options)
        where TOptions : DbContextOptionsBuilder
    {
        options
            .ReplaceService<IUpdateSqlGenerator, CountedUpdateSqlGenerator>()
            .ReplaceService<IModificationCommandBatchFactory, CountedBatchFactory>()
            .AddInterceptors(TenantCommands, TenantOwnership, AfterCommit);
        return options;
    }
}
