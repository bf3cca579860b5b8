using Aspire.Npgsql.EntityFrameworkCore.PostgreSQL;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds telemetry and a health check to an EF Core context on PostgreSQL.</summary>
public static class AspireEFPostgreSqlExtensions
{
    private const string Section = "Aspire:Npgsql:EntityFrameworkCore:PostgreSQL";

    /// <summary>Enriches a context that was registered before.</summary>
    /// <exception cref="InvalidOperationException">
    /// The context is not registered, or retries are asked for, which this stand-in does not have.
    /// </exception>
    public static void EnrichNpgsqlDbContext<TContext>(
        this IHostApplicationBuilder builder,
        Action<NpgsqlEntityFrameworkCorePostgreSQLSettings>? configureSettings = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.All(service => service.ServiceType != typeof(TContext)))
        {
            throw new InvalidOperationException($"{typeof(TContext).Name} is not registered: call AddDbContext first.");
        }

        var settings = new NpgsqlEntityFrameworkCorePostgreSQLSettings();
        builder.Configuration.GetSection(Section).Bind(settings);
        builder.Configuration.GetSection($"{Section}:{typeof(TContext).Name}").Bind(settings);
        configureSettings?.Invoke(settings);
        if (!settings.DisableRetry)
        {
            throw new InvalidOperationException("The stand-in has no retrying strategy: set DisableRetry.");
        }

        if (!settings.DisableHealthChecks)
        {
            builder.Services.AddHealthChecks().AddCheck<DbContextHealthCheck<TContext>>(typeof(TContext).Name);
        }

        var telemetry = builder.Services.AddOpenTelemetry();
        if (!settings.DisableTracing)
        {
            telemetry.WithTracing(tracing => tracing.AddSource("Npgsql"));
        }

        if (!settings.DisableMetrics)
        {
            telemetry.WithMetrics(metrics => metrics.AddMeter("Npgsql"));
        }
    }
}
