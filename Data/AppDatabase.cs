using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Update;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;
using ProductionReady.Data.Saving;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data;

/// <summary>Registers the application's database with a host.</summary>
public static class AppDatabase
{
    /// <summary>
    /// Adds <see cref="AppDbContext"/>, the scope's <see cref="TenantContext"/> and <see cref="TenantDirectory"/>, with the
    /// health check and telemetry of Aspire's client integration.
    /// </summary>
    /// <exception cref="InvalidOperationException">The connection string is missing or would break tenancy.</exception>
    public static TBuilder AddAppDatabase<TBuilder>(this TBuilder builder, string connectionName)
        where TBuilder : IHostApplicationBuilder
    {
        var connectionString = Checked(builder.Configuration.GetConnectionString(connectionName), connectionName);
        builder.Services.TryAddScoped<TenantContext>();
        builder.Services.TryAddScoped<ITenantContext>(services => services.GetRequiredService<TenantContext>());
        builder.Services.TryAddScoped<TenantDirectory>();

        // Not pooled: a context belongs to one scope's tenant.
        builder.Services.AddDbContext<AppDbContext>(options => options.UseAppDatabase(connectionString));

        // No retries: repeating a command whose answer was lost could do a POST's work twice.
        builder.EnrichNpgsqlDbContext<AppDbContext>(settings => settings.DisableRetry = true);
        return builder;
    }

    /// <summary>The options that every <see cref="AppDbContext"/> needs, for callers without a host, such as tests.</summary>
    public static TOptions UseAppDatabase<TOptions>(this TOptions options, string connectionString)
        where TOptions : DbContextOptionsBuilder
    {
        options
            .UseNpgsql(connectionString)
            .ReplaceService<IUpdateSqlGenerator, CountedUpdateSqlGenerator>()
            .ReplaceService<IModificationCommandBatchFactory, CountedBatchFactory>()
            .AddInterceptors(TenantCommands, TenantOwnership);
        return options;
    }

    private static readonly TenantCommandInterceptor TenantCommands = new();
    private static readonly TenantOwnershipInterceptor TenantOwnership = new();

    private static string Checked(string? connectionString, string connectionName)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw new InvalidOperationException($"ConnectionStrings:{connectionName} is not set.");
        }

        NpgsqlConnectionStringBuilder parsed;
        try
        {
            parsed = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException)
        {
            // The inner message may quote the string, and with it the password.
            throw new InvalidOperationException($"ConnectionStrings:{connectionName} is not a PostgreSQL connection string.");
        }

        return parsed is { NoResetOnClose: false, Multiplexing: false }
            ? connectionString
            : throw new InvalidOperationException(
                $"ConnectionStrings:{connectionName} must not switch on 'No Reset On Close' or 'Multiplexing': a connection would carry one tenant's setting to another.");
    }
}
