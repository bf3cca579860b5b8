using Npgsql;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Api.Storage;

/// <summary>Registers <see cref="TenantDatabase"/>.</summary>
public static class TenantDatabaseServices
{
    /// <summary>Adds it beside the context, whose pool it shares for work that keeps something in the session.</summary>
    public static void AddTenantDatabase(this IHostApplicationBuilder builder) =>
        builder.Services.AddSingleton(services => new TenantDatabase(
            services.GetRequiredService<IConfiguration>().GetConnectionString(ResourceNames.ApiDatabase)!,
            services.GetRequiredKeyedService<NpgsqlDataSource>(ResourceNames.ApiDatabase)));
}
