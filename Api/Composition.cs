using ProductionReady.Api.Authorization;
using ProductionReady.Api.Description;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity;
using ProductionReady.Api.Json;
using ProductionReady.Api.Operations;
using ProductionReady.Api.RateLimits;
using ProductionReady.Api.Redis;
using ProductionReady.Api.Requests;
using ProductionReady.Api.Tenants;
using ProductionReady.Data;
using ProductionReady.ServiceDefaults;
using ProductionReady.ServiceDefaults.Configuration;
using ProductionReady.ServiceDefaults.Health;

namespace ProductionReady.Api;

/// <summary>What the Api is made of, and in which order a request passes it.</summary>
public static class Composition
{
    /// <summary>Largest body an endpoint takes unless it says otherwise, in bytes.</summary>
    private const long MaxBody = 1 << 20;

    /// <summary>Adds everything the capabilities need.</summary>
    public static void AddApi(this WebApplicationBuilder builder)
    {
        builder.RequireConnectionString(ResourceNames.Cache);
        builder.OrRefuseToStart(() => builder.AddAppDatabase(ResourceNames.ApiDatabase));
        builder.AddRedisClient(
            ResourceNames.Cache,
            settings => settings.DisableHealthChecks = true,
            options =>
            {
                options.AbortOnConnectFail = false;
                options.ConnectTimeout = 2_000;
                options.SyncTimeout = 1_000;
            });
        builder.Services.AddSingleton<RedisLink>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RedisLink>());
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxBody);
        builder.Services.ConfigureHttpJsonOptions(json => StrictJson.Configure(json.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);

        builder.AddCrossOrigin();
        builder.AddRateLimits();
        builder.AddIdentity();
        builder.AddDependencyHealth();
        builder.AddOpenApiDescription();
        builder.Services.AddScoped<SignUp>();
    }

    /// <summary>The way of a request, from the outside in.</summary>
    public static void UseApi(this WebApplication app)
    {
        app.UseMiddleware<RequestId>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<RequestLog>();
        app.UseMiddleware<ErrorBoundary>();
        app.UseMiddleware<StorableQuery>();
        app.UseRouting();
        app.UseCors();
        app.UseRateLimits(RateLimitStage.Address);
        app.UseAuthentication();
        app.UseRateLimits(RateLimitStage.Principal);
        app.UseAuthorization();
    }

    /// <summary>The endpoints, one line a capability.</summary>
    public static void MapApi(this WebApplication app)
    {
        app.MapDefaultEndpoints();
        app.MapOpenApiDescription();
        app.MapTenantEndpoints();
        app.MapIdentityEndpoints();
        app.CheckEndpointAccess();
    }
}
