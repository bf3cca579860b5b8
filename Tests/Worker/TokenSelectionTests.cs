using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker;

public sealed class TokenSelectionTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    // Named by the user agent: what happened to a session. Each gets a living token, the first also a used and an expired one.
    private const string Seed = """
        WITH u AS (SELECT id, tenant_id FROM users), s AS (
            INSERT INTO sessions (id, tenant_id, user_id, created_at, last_used_at, expires_at, revoked_at, user_agent)
            SELECT gen_random_uuid(), u.tenant_id, u.id, now() - interval '100 days', now() - interval '100 days', now() + k.expires, now() + k.revoked, k.name
            FROM u, (VALUES ('living', interval '1 day', NULL), ('just revoked', interval '1 day', interval '-1 hour'),
                ('long revoked', interval '1 day', interval '-31 days'), ('just expired', interval '-1 day', NULL),
                ('long expired', interval '-31 days', NULL)) AS k (name, expires, revoked)
            RETURNING id, tenant_id, expires_at, user_agent
        )
        INSERT INTO refresh_tokens (id, tenant_id, session_id, token_hash, created_at, expires_at, used_at)
        SELECT gen_random_uuid(), s.tenant_id, s.id, sha256(gen_random_uuid()::text::bytea), now(),
            CASE WHEN k = 'expired' THEN now() - interval '1 minute' ELSE s.expires_at END,
            CASE WHEN k = 'used' THEN now() END
        FROM s, unnest(ARRAY['fresh', 'used', 'expired']) k WHERE k = 'fresh' OR s.user_agent = 'living'
        """;

    private const string SeedKeys = """
        INSERT INTO idempotency_keys (tenant_id, subject_id, key, fingerprint, status_code, body, created_at, expires_at)
        SELECT tenant_id, id, k.name, sha256(''), 201, '', now(), now() + k.expires
        FROM users, (VALUES ('living', interval '1 hour'), ('expired', interval '-1 minute')) AS k (name, expires)
        """;

    private const string SeedRevocations = """
        INSERT INTO revocations (id, subject, below_version, until)
        SELECT gen_random_uuid(), gen_random_uuid(), k.below, now() + k.until
        FROM (VALUES (1, interval '1 hour'), (2, interval '-1 minute')) AS k (below, until)
        """;

    [Fact]
    public async Task Token_cleanup_deletes_expired_and_revoked_tokens_and_old_sessions_and_keys_and_keeps_what_lives()
    {
        await worker.ExecuteAsync(SeededTenants.With(tenants: 3, expiredTokens: 0));
        await worker.ExecuteAsync("DELETE FROM sessions");
        await worker.ExecuteAsync(Seed);
        await worker.ExecuteAsync(SeedKeys);
        await worker.ExecuteAsync(SeedRevocations);
        using var service = worker.Start([], ("Maintenance__TokenCleanup__Schedule", "* * * * * ?"));
        await Eventually.BecomesTrueAsync("every shard has run", TimeSpan.FromSeconds(60), async () =>
            await worker.QueryAsync<long>("SELECT count(DISTINCT shard) FROM job_runs WHERE outcome = 'succeeded'") == 16);
        (await service.StopAsync()).ExitCode.ShouldBe(0);

        (await worker.QueryAsync<string>("SELECT string_agg(DISTINCT user_agent, ', ' ORDER BY user_agent) FROM sessions"))
            .ShouldBe("just expired, just revoked, living");
        (await worker.QueryAsync<string>("""
            SELECT string_agg(DISTINCT s.user_agent || CASE WHEN t.used_at IS NULL THEN '' ELSE ', used' END, '; ' ORDER BY s.user_agent || CASE WHEN t.used_at IS NULL THEN '' ELSE ', used' END)
            FROM refresh_tokens t JOIN sessions s ON s.tenant_id = t.tenant_id AND s.id = t.session_id
            """)).ShouldBe("living; living, used");
        (await worker.QueryAsync<long>("SELECT count(*) FROM refresh_tokens")).ShouldBe(6);
        (await worker.QueryAsync<string>("SELECT string_agg(key, ', ') FROM idempotency_keys")).ShouldBe("living, living, living");
        (await worker.QueryAsync<long>("SELECT sum(below_version)::bigint FROM revocations")).ShouldBe(1);
    }
}
