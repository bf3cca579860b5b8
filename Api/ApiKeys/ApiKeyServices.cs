namespace ProductionReady.Api.ApiKeys;

/// <summary>Registers API keys.</summary>
public static class ApiKeyServices
{
    /// <summary>Adds them.</summary>
    public static void AddApiKeys(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<ApiKeyLookup>();
        services.AddSingleton<ApiKeyCheck>();
        services.AddSingleton<ApiKeyUses>();
        services.AddHostedService(provider => provider.GetRequiredService<ApiKeyUses>());
    }
}
