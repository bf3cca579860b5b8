using Microsoft.AspNetCore.Authorization;
using ProductionReady.Api.Audit.Reading;
using ProductionReady.Api.Audit.Refusals;

namespace ProductionReady.Api.Audit;

/// <summary>Registers the audit trail.</summary>
public static class AuditServices
{
    /// <summary>Adds it; the database must be added too.</summary>
    public static void AddAudit(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped<AuditTrail>();
        builder.Services.AddScoped<SignInAudit>();
        builder.Services.AddSingleton<AuditReads>();
        builder.Services.AddSingleton<RefusalBudget>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, RecordDenials>();
        builder.Services.AddSingleton<SettleRefusals>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SettleRefusals>());
    }
}
