using Microsoft.Extensions.Options;
using ProductionReady.Data.Placement;
using ProductionReady.Worker.Leases;
using Quartz;

namespace ProductionReady.Worker.Maintenance;

/// <summary>
/// Deletes every tenant's expired and revoked refresh tokens, then its sessions past their retention, its expired
/// idempotency keys and password resets, sign-ins that nobody finished, and sign-in failures that are forgotten. What belongs to
/// no tenant goes with the first shard.
/// </summary>
public sealed class TokenCleanup(
    TenantWalk tenants, TenantGate gate, TokenBatches batches, WorkerMetrics metrics, IOptions<TokenCleanupOptions> options) : ILeasedJob
{
    private readonly TokenCleanupOptions settings = options.Value;

    public string Name => "token-cleanup";

    public IReadOnlyList<string> Shards { get; } = TenantShard.Names(options.Value.Shards);

    public CronExpression Schedule { get; } = CronScheduleAttribute.Parse(options.Value.Schedule);

    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        var shard = TenantShard.Parse(run.Lease.Shard);
        long visited = 0, tokens = 0, sessions = 0, keys = 0, challenges = 0, oidcSignIns = 0, revocations = 0, throttles = 0, resets = 0;
        var turns = new TenantTurns(gate);
        try
        {
            if (run.Lease.Shard == Shards[0])
            {
                foreach (var database in await batches.DatabasesAsync(stopping))
                {
                    await turns.TakeAsync(database, () => RepeatAsync(
                        (_, stop) => batches.DeleteRevocationsAsync(database, stop), Guid.Empty, "revocations", deleted => revocations += deleted, stopping));
                }
            }

            await foreach (var tenant in tenants.ListAsync(stopping))
            {
                if (!shard.Holds(tenant))
                {
                    continue;
                }

                visited++;
                await turns.TakeAsync(tenant, () => CleanAsync(tenant));
            }

            turns.End();
        }
        finally
        {
            run.Details["tenants"] = visited;
            run.Details["refreshTokensDeleted"] = tokens;
            run.Details["sessionsDeleted"] = sessions;
            run.Details["idempotencyKeysDeleted"] = keys;
            run.Details["signInChallengesDeleted"] = challenges;
            run.Details["signInThrottlesDeleted"] = throttles;
            run.Details["passwordResetsDeleted"] = resets;
            run.Details["oidcSignInsDeleted"] = oidcSignIns;
            run.Details["revocationsDeleted"] = revocations;
        }

        async Task CleanAsync(Guid tenant)
        {
            await RepeatAsync(batches.DeleteTokensAsync, tenant, "refresh_tokens", deleted => tokens += deleted, stopping);
            await RepeatAsync(batches.DeleteSessionsAsync, tenant, "sessions", deleted => sessions += deleted, stopping);
            await RepeatAsync(batches.DeleteIdempotencyKeysAsync, tenant, "idempotency_keys", deleted => keys += deleted, stopping);
            await RepeatAsync(batches.DeleteChallengesAsync, tenant, "sign_in_challenges", deleted => challenges += deleted, stopping);
            await RepeatAsync(batches.DeleteSignInThrottlesAsync, tenant, "sign_in_throttles", deleted => throttles += deleted, stopping);
            await RepeatAsync(batches.DeletePasswordResetsAsync, tenant, "password_resets", deleted => resets += deleted, stopping);
            await RepeatAsync(batches.DeleteOidcSignInsAsync, tenant, "oidc_sign_ins", deleted => oidcSignIns += deleted, stopping);
        }
    }

    private async Task RepeatAsync(
        Func<Guid, CancellationToken, Task<int>> deleteBatch, Guid tenant, string table, Action<int> add, CancellationToken stopping)
    {
        int deleted;
        do
        {
            stopping.ThrowIfCancellationRequested();

            // Not cancelled: a stop lets the batch that runs finish and be counted.
            deleted = await deleteBatch(tenant, CancellationToken.None);
            metrics.RowsDeleted(table, deleted);
            add(deleted);
        }
        while (deleted == settings.BatchSize);
    }
}
