using ProductionReady.Worker.Operations.Publishing;
using ProductionReady.Worker.Operations.Readings;
using ProductionReady.Worker.Operations.Requests;

namespace ProductionReady.Worker.Operations;

/// <summary>Registers what operators see and ask for.</summary>
public static class OperationExtensions
{
    /// <summary>Adds it to the service; no command needs it.</summary>
    public static IHostApplicationBuilder AddOperations(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RequestQueue>();
        builder.Services.AddSingleton<BackupNow>();
        builder.Services.AddSingleton<RestorePreview>();
        builder.Services.AddSingleton<RequestJob>();
        builder.Services.AddHostedService<RequestPickup>();
        builder.Services.AddSingleton<ILogWatch, ReceivedLogWatch>();
        builder.Services.AddSingleton<SlotWatch>();
        builder.Services.AddSingleton<OffSiteWatch>();
        builder.Services.AddSingleton<DiskWatch>();
        builder.Services.AddSingleton<StoredDrills>();
        builder.Services.AddSingleton<OperationMetrics>();
        builder.Services.AddSingleton<CatalogPublisher>();
        builder.Services.AddSingleton<HealthPublisher>();
        builder.Services.AddHostedService<OperationsPublisher>();
        return builder;
    }
}
