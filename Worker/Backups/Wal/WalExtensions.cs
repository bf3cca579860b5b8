namespace ProductionReady.Worker.Backups.Wal;

/// <summary>Registers the receiving and storing of write-ahead log.</summary>
public static class WalExtensions
{
    /// <summary>Adds it; <see cref="WalService"/> is hosted by whoever wants it to run.</summary>
    public static IHostApplicationBuilder AddWal(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<WalOptions>(WalOptions.Section);
        builder.Services.AddSingleton<WalSpool>();
        builder.Services.AddSingleton<StoredWal>();
        builder.Services.AddSingleton<WalShipment>();
        builder.Services.AddSingleton<WalShipper>();
        builder.Services.AddSingleton<WalSlots>();
        builder.Services.AddSingleton<WalContinuation>();
        builder.Services.AddSingleton<WalReceiver>();
        builder.Services.AddSingleton<WalReceiving>();
        builder.Services.AddSingleton<WalMonitor>();
        builder.Services.AddSingleton<WalGaps>();
        builder.Services.AddSingleton<WalBreak>();
        builder.Services.AddSingleton<WalStatus>();
        builder.Services.AddSingleton<StrictCommits>();
        builder.Services.AddSingleton<IBaseBackupRequest, BaseBackupRequest>();
        return builder;
    }
}
