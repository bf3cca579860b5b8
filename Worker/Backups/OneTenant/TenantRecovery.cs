using ProductionReady.Worker.Backups.Restore;

namespace ProductionReady.Worker.Backups.OneTenant;

/// <summary>Recovers the whole cluster to a moment, in a scratch server, for the sake of one tenant.</summary>
public sealed class TenantRecovery(ServerRecovery recovery, SpoolLocation spool)
{
    /// <summary>Recovers, with what is in the spool of this machine and in the store.</summary>
    /// <exception cref="BackupProblemException">The moment cannot be reached; says how far the log goes.</exception>
    public Task<RecoveredServer> RecoverAsync(DateTimeOffset to, IProgress<string>? progress, CancellationToken cancellationToken) => recovery.RecoverAsync(
        new RecoveryRequest(new RecoveryTarget.Time(to)) { Spool = Directory.Exists(spool.Folder) ? spool.Folder : null }, progress, cancellationToken);
}
