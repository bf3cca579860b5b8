using Microsoft.Extensions.Options;
using Quartz;

namespace ProductionReady.Worker.Leases;

/// <summary>Adds jobs that several Workers share.</summary>
public static class LeasedJobExtensions
{
    /// <summary>Adds leases: who runs what is decided in the database.</summary>
    public static IHostApplicationBuilder AddLeases(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<LeaseOptions>(LeaseOptions.Section);
        builder.Services.AddSingleton<LeaseStore>();
        builder.Services.AddSingleton<LeasedJobRunner>();
        return builder;
    }

    /// <summary>Fires <typeparamref name="TJob"/> on its schedule, and polls for what another Worker left behind.</summary>
    public static IHostApplicationBuilder ScheduleLeasedJob<TJob>(this IHostApplicationBuilder builder)
        where TJob : class, ILeasedJob
    {
        var key = new JobKey(typeof(TJob).Name);
        builder.Services.AddQuartz(quartz =>
        {
            quartz.AddJob<LeasedJobTrigger<TJob>>(job => job.WithIdentity(key));
            quartz.AddTrigger((services, trigger) => trigger
                .ForJob(key)
                .WithIdentity($"{key.Name} on schedule")
                .WithCronSchedule(services.GetRequiredService<TJob>().Schedule));
            quartz.AddTrigger((services, trigger) => trigger
                .ForJob(key)
                .WithIdentity($"{key.Name} left behind")
                .WithSimpleSchedule(services.GetRequiredService<IOptions<LeaseOptions>>().Value.PollInterval, null));
        });
        return builder;
    }
}
