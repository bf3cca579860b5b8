namespace ProductionReady.Worker.Audit;

/// <summary>Registers what looks after the audit trail.</summary>
public static class AuditExtensions
{
    /// <summary>Adds the jobs; who schedules them is the caller's. Needs the tenant walk of maintenance.</summary>
    public static IHostApplicationBuilder AddAudit(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<AuditOptions>(AuditOptions.Section);
        builder.Services.AddSingleton<AuditCheck>();
        builder.Services.AddSingleton<AuditPartitionsJob>();
        builder.Services.AddSingleton<AuditVerificationJob>();
        return builder;
    }
}
