using Npgsql;
using NpgsqlTypes;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Placement;

namespace ProductionReady.Worker.Audit;

/// <summary>Verifies a tenant's whole trail and says loudly when it is broken.</summary>
public sealed partial class AuditCheck(
    TenantGate gate, WorkerMetrics metrics, ILogger<AuditCheck> logger)
{
    /// <summary>
    /// Verifies, and notes in the database and in the log where a sound trail ended: neither can be cut short before that
    /// entry any more without being found out, and the log is out of reach of whoever can change the database.
    /// </summary>
    public async Task<AuditVerification> VerifyAsync(Guid tenant, AuditAnchor? anchor, CancellationToken stopping)
    {
        var pool = await gate.EnterAsync(tenant, stopping);
        try
        {
            await using var connection = await pool.Sessions.OpenConnectionAsync(stopping);
            return await VerifyAsync(connection, tenant, anchor, stopping);
        }
        finally
        {
            gate.Leave(tenant);
        }
    }

    private async Task<AuditVerification> VerifyAsync(NpgsqlConnection connection, Guid tenant, AuditAnchor? anchor, CancellationToken stopping)
    {
        var verification = await AuditVerifier.VerifyAsync(connection, tenant, after: 0, limit: null, anchor, stopping);
        metrics.AuditVerified(verification.Entries, broken: verification.Break is not null);
        if (verification.Break is { } found)
        {
            LogBroken(tenant, found.Seq, found.Sentence);
        }
        else if (verification.Entries > 0)
        {
            await NoteAsync(connection, tenant, verification, stopping);
            LogSound(tenant, verification.LastSeq, Convert.ToHexStringLower(verification.LastHash));
        }

        return verification;
    }

    private static async Task NoteAsync(NpgsqlConnection connection, Guid tenant, AuditVerification ended, CancellationToken stopping)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("SELECT set_config('app.tenant_id', $1, true)") { Parameters = { new NpgsqlParameter { Value = tenant.ToString() } } },
                new NpgsqlBatchCommand("SELECT note_audit_verified($1, $2)")
                {
                    Parameters =
                    {
                        new NpgsqlParameter { Value = ended.LastSeq, NpgsqlDbType = NpgsqlDbType.Bigint },
                        new NpgsqlParameter { Value = ended.LastHash, NpgsqlDbType = NpgsqlDbType.Bytea },
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(stopping);
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The audit trail of tenant {TenantId} is broken at entry {Seq}. {Sentence}")]
    private partial void LogBroken(Guid tenantId, long seq, string sentence);

    [LoggerMessage(Level = LogLevel.Information, Message = "The audit trail of tenant {TenantId} is sound up to entry {Seq}, hash {Hash}.")]
    private partial void LogSound(Guid tenantId, long seq, string hash);
}
