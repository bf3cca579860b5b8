using Microsoft.Extensions.Diagnostics.HealthChecks;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Api.Redis;
using ProductionReady.Data;
using ProductionReady.Data.Placement;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Api.Operations;

/// <summary>How the Api's health follows from that of what it needs.</summary>
public static class DependencyHealth
{
    /// <summary>Without PostgreSQL the Api is not ready; without Redis, or a tenant's own database, it is degraded, for it goes on working.</summary>
    public static void AddDependencyHealth(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks()
            .AddCheck<RedisHealth>(ResourceNames.Cache, HealthStatus.Degraded)
            .AddCheck<OwnDatabasesHealth>("own-databases", HealthStatus.Degraded);

        // The client integration names its check after the context's type; the app model's name says more.
        builder.Services.PostConfigure<HealthCheckServiceOptions>(options =>
        {
            foreach (var check in options.Registrations.Where(check => check.Name == nameof(AppDbContext)))
            {
                check.Name = ResourceNames.Postgres;
            }
        });
    }

    private sealed class RedisHealth(RedisLink redis) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await redis.PingAsync() ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus);
    }

    /// <summary>Asks nobody: whether they answer shows four times a second, when they are asked what was revoked.</summary>
    private sealed class OwnDatabasesHealth(TenantGate gate, RevocationMemory memory) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var silent = memory.IsTrusted ? gate.Own.Select(pool => pool.Database!).Where(database => !memory.IsTrustedFor(database)).ToList() : [];
            return Task.FromResult(silent.Count == 0
                ? HealthCheckResult.Healthy()
                : new HealthCheckResult(context.Registration.FailureStatus, $"No answer from {string.Join(", ", silent)}."));
        }
    }
}
