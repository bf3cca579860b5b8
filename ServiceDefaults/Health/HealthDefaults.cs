using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace ProductionReady.ServiceDefaults.Health;

/// <summary>Registers what <see cref="HealthEndpoints"/> reports.</summary>
public static class HealthDefaults
{
    /// <summary>Longest that one check may take; what is slower counts as failed.</summary>
    public static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(2);

    internal static void AddHealthDefaults(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks();
        builder.Services.AddSingleton<HealthReports>();
        builder.Services.PostConfigure<HealthCheckServiceOptions>(options =>
        {
            foreach (var check in options.Registrations.Where(check => check.Timeout <= TimeSpan.Zero || check.Timeout > CheckTimeout))
            {
                check.Timeout = CheckTimeout;
            }
        });
    }
}
