using Npgsql;
using ProductionReady.Data;
using ProductionReady.ServiceDefaults;
using ProductionReady.ServiceDefaults.Configuration;
using ProductionReady.Worker.Audit;
using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Backups.Base;
using ProductionReady.Worker.Backups.Configuration;
using ProductionReady.Worker.Backups.Dumps;
using ProductionReady.Worker.Backups.OffSite;
using ProductionReady.Worker.Backups.OneTenant;
using ProductionReady.Worker.Backups.Retention;
using ProductionReady.Worker.Backups.Wal;
using ProductionReady.Worker.Leases;
using ProductionReady.Worker.Maintenance;
using ProductionReady.Worker.Operations;
using ProductionReady.Worker.Tenants;
using Quartz;

namespace ProductionReady.Worker;

/// <summary>Puts the Worker's parts together, as a service or for one command.</summary>
public static class WorkerHost
{
    /// <summary>How long a stop waits for batches and children to end.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(30);

    /// <summary>The service: everything, on its schedules.</summary>
    public static IHost BuildService()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.AddBasicServiceDefaults();
        builder.AddJobs();

        // The first to start and the last to stop: in strict mode every commit of the others waits for it.
        builder.Services.AddHostedService<WalService>();
        builder.ScheduleLeasedJob<TokenCleanup>();
        builder.ScheduleLeasedJob<AuditPartitionsJob>();
        builder.ScheduleLeasedJob<AuditVerificationJob>();
        builder.ScheduleLeasedJob<BaseBackupJob>();
        builder.ScheduleLeasedJob<DumpJob>();
        builder.ScheduleLeasedJob<ConfigurationJob>();
        builder.ScheduleLeasedJob<PruneJob>();
        builder.ScheduleLeasedJob<MirrorJob>();
        builder.ScheduleLeasedJob<TenantErasure>();
        builder.ScheduleLeasedJob<UsageMeasuring>();
        builder.ScheduleLeasedJob<DirectoryRefresh>();
        builder.Services.AddHostedService<RestoredTenants>();
        builder.AddOperations();
        builder.Services.AddQuartzHostedService(quartz => quartz.WaitForJobsToComplete = true);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        return builder.Build();
    }

    /// <summary>For one command: nothing runs by itself, and logs go to standard error so that standard output is the answer.</summary>
    public static IHost BuildForCommand()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.AddSecretFiles();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        // What failed is said once, by the command.
        builder.Logging.AddFilter(typeof(LeasedJobRunner).FullName, LogLevel.None).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        builder.AddJobs();
        return builder.Build();
    }

    private static void AddJobs(this HostApplicationBuilder builder)
    {
        // Npgsql and Quartz report every statement and every firing at Information.
        builder.Logging.AddFilter("Npgsql", LogLevel.Warning).AddFilter("Quartz", LogLevel.Warning);
        builder.Services.AddSingleton<WorkerMetrics>();

        // Before the contexts, which then share its pool.
        builder.AddDatabase(ResourceNames.WorkerDatabase);
        builder.RequireConnectionString(ResourceNames.BackupDatabase, text => _ = new NpgsqlConnectionStringBuilder(text));

        builder.OrRefuseToStart(() => builder.AddAppDatabase(ResourceNames.WorkerDatabase));
        builder.AddLeases();
        builder.AddBackups();
        builder.AddMaintenance();
        builder.AddAudit();
        builder.AddTenantLife();
        builder.AddOneTenantRestore();
    }

    private static void AddDatabase(this HostApplicationBuilder builder, string name)
    {
        builder.RequireConnectionString(name, text => _ = new NpgsqlConnectionStringBuilder(text));
        builder.Services.AddKeyedSingleton(name, (services, _) =>
        {
            var source = new NpgsqlDataSourceBuilder(ConnectionPool.Bounded(builder.Configuration.GetConnectionString(name)!).ConnectionString);
            return source.UseLoggerFactory(services.GetRequiredService<ILoggerFactory>()).Build();
        });
    }
}
