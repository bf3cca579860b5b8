namespace ProductionReady.Worker.Leases;

/// <summary>
/// The statements of <see cref="LeaseStore"/>. Each commits without waiting for a synchronous standby: in strict mode commits wait for a
/// Worker that receives the log, and who receives is decided here.
/// </summary>
internal static class LeaseSql
{
    public const string Now = "SELECT clock_timestamp()";

    public const string Schedule = """
        INSERT INTO job_leases AS l (job, shard, due_at)
        SELECT $1, shard, $3 FROM unnest($2) AS shard, set_config('synchronous_commit', 'local', true)
        ON CONFLICT (job, shard) DO UPDATE SET due_at = excluded.due_at WHERE l.due_at > excluded.due_at
        """;

    // One statement, so that a claim without its record in job_runs cannot exist. SKIP LOCKED: Workers that look at the
    // same moment take different shards instead of queueing for one. No lease lasts longer than ten minutes (LeaseOptions): one that
    // ends later is of before the server's clock was set back, and a holder that lives has renewed it since.
    public const string Claim = """
        WITH free AS (
            SELECT job, shard FROM job_leases
            WHERE job = $1 AND shard = ANY ($2) AND (due_at <= now() OR NOT $3)
                AND (holder IS NULL OR leased_until <= now() OR leased_until > now() + interval '10 minutes')
            ORDER BY due_at, shard
            LIMIT 1
            FOR UPDATE SKIP LOCKED
        ), claimed AS (
            UPDATE job_leases l
            SET holder = $4, leased_until = now() + $5, last_started_at = now(), last_outcome = 'running'
            FROM free WHERE l.job = free.job AND l.shard = free.shard
            RETURNING l.job, l.shard
        ), abandoned AS (
            UPDATE job_runs r SET outcome = 'abandoned', finished_at = now()
            FROM claimed WHERE r.job = claimed.job AND r.shard = claimed.shard AND r.finished_at IS NULL
        )
        INSERT INTO job_runs (id, job, shard, holder, started_at, outcome)
        SELECT $6, job, shard, $4, now(), 'running' FROM claimed
        RETURNING shard, started_at, set_config('synchronous_commit', 'local', true)
        """;

    public const string Renew = """
        UPDATE job_leases SET leased_until = now() + $4 WHERE job = $1 AND shard = $2 AND holder = $3
        RETURNING set_config('synchronous_commit', 'local', true)
        """;

    public const string Finish = """
        WITH released AS (
            UPDATE job_leases
            SET holder = NULL, leased_until = NULL, due_at = coalesce($5, due_at), last_finished_at = now(), last_outcome = $4
            WHERE job = $1 AND shard = $2 AND holder = $3
            RETURNING 1
        ), recorded AS (
            UPDATE job_runs
            SET finished_at = now(), details = $7, outcome = CASE WHEN EXISTS (SELECT FROM released) THEN $4 ELSE 'lost' END
            WHERE id = $6
        )
        SELECT EXISTS (SELECT FROM released), set_config('synchronous_commit', 'local', true)
        """;
}
