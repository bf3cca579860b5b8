using Npgsql;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>How the receiver's own sessions connect.</summary>
internal static class WalConnection
{
    /// <summary>A connection of its own, on which a server that went without a word is noticed in seconds.</summary>
    public static NpgsqlConnectionStringBuilder From(string connectionString) => new(connectionString)
    {
        Pooling = false,
        Enlist = false,
        ApplicationName = "productionready-wal",
        CommandTimeout = 10,
        Timeout = 10,
    };
}
