namespace ProductionReady.Api.Storage;

/// <summary>Registers <see cref="TenantDatabase"/>.</summary>
public static class TenantDatabaseServices
{
    /// <summary>Adds it beside the context, whose pools it shares for work that keeps something in the session.</summary>
    public static void AddTenantDatabase(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<TenantDatabase>();
}
