using ProductionReady.Api.ApiKeys;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Contacts;
using ProductionReady.Api.Description;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Identity;
using ProductionReady.Api.Identity.Oidc;
using ProductionReady.Api.Identity.SecondFactors;
using ProductionReady.Api.Invitations;
using ProductionReady.Api.Json;
using ProductionReady.Api.Mail;
using ProductionReady.Api.Operations;
using ProductionReady.Api.Paging;
using ProductionReady.Api.Platform;
using ProductionReady.Api.RateLimits;
using ProductionReady.Api.Redis;
using ProductionReady.Api.Requests;
using ProductionReady.Api.Roles;
using ProductionReady.Api.Storage;
using ProductionReady.Api.Tenants;
using ProductionReady.Api.Users;
using ProductionReady.Data;
using ProductionReady.ServiceDefaults;
using ProductionReady.ServiceDefaults.Configuration;
using ProductionReady.ServiceDefaults.Health;
using StackExchange.Redis;

namespace ProductionReady.Api;

/// <summary>What the Api is made of, and in which order a request passes it.</summary>
public static class Composition
{
    /// <summary>Largest body an endpoint takes unless it says otherwise, in bytes.</summary>
    private const long MaxBody = 1 << 20;

    /// <summary>Adds everything the capabilities need.</summary>
    public static void AddApi(this WebApplicationBuilder builder)
    {
        builder.RequireConnectionString(ResourceNames.Cache, text => ConfigurationOptions.Parse(text));
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
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxBody);
        builder.Services.ConfigureHttpJsonOptions(json => StrictJson.Configure(json.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);

        // The framework tells each refused token at Information, a line for each try of whoever tries; metrics count them.
        builder.Logging.AddFilter(typeof(BearerHandler).FullName, LogLevel.Warning);

        // These may refuse to start, and should before others run.
        builder.AddMail();
        builder.AddIdentity();
        builder.AddSecondFactors();
        builder.AddApiKeys();
        builder.AddOidc();
        builder.Services.AddSingleton<RedisLink>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RedisLink>());
        builder.AddRateLimits();
        builder.AddCrossOrigin();
        builder.AddDependencyHealth();
        builder.AddOpenApiDescription();
        builder.AddTenantDatabase();
        builder.Services.AddSingleton<KeyedTransactions>();
        builder.AddAudit();
        builder.Services.AddScoped<ChangeUser>();
        builder.AddInvitations();
        builder.AddTenants();
        builder.AddPlatform();
        builder.AddPaging();
        builder.AddContacts();
    }

    /// <summary>The way of a request, from the outside in.</summary>
    public static void UseApi(this WebApplication app)
    {
        app.UseMiddleware<RequestId>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<RequestLog>();
        app.UseMiddleware<ErrorBoundary>();
        app.UseRouting();
        app.UseCors();
        app.UseMiddleware<StorableQuery>();
        app.UseMiddleware<Utf8Json>();
        app.UseRateLimits(RateLimitStage.Address);
        app.UseAuthentication();
        app.UseRateLimits(RateLimitStage.Principal);
        app.UseAuthorization();
        app.UseMiddleware<IdempotencyKeys>();
    }

    /// <summary>The endpoints, one line a capability.</summary>
    public static void MapApi(this WebApplication app)
    {
        app.MapDefaultEndpoints();
        app.MapOpenApiDescription();
        app.MapTenantEndpoints();
        app.MapPlatformEndpoints();
        app.MapOperationEndpoints();
        app.MapIdentityEndpoints();
        app.MapRoleEndpoints();
        app.MapUserEndpoints();
        app.MapInvitationEndpoints();
        app.MapSecondFactorEndpoints();
        app.MapApiKeyEndpoints();
        app.MapOidcEndpoints();
        app.MapContactEndpoints();
        app.MapAuditEndpoints();
        app.CheckEndpointAccess();
        app.CheckEndpointAudit();
    }
}
