using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker;

public sealed class TokenCleanupTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    private const string Expired = "SELECT count(*) FROM refresh_tokens WHERE expires_at < now()";

    /// <summary>25 of each that expired, more than a batch; one that waits, and one that was used and has not expired.</summary>
    private const string SignInsUnderWay = """
        WITH t AS (
            INSERT INTO tenants (id, slug, name, state, created_at, updated_at)
            VALUES (gen_random_uuid(), 'under-way', 'Under way', 'active', now(), now()) RETURNING id
        ), u AS (
            INSERT INTO users (id, tenant_id, email, display_name, roles, state, created_at, updated_at)
            SELECT gen_random_uuid(), id, 'a@example.org', 'A', '{admin}', 'active', now(), now() FROM t RETURNING id, tenant_id
        ), p AS (
            INSERT INTO oidc_providers (id, tenant_id, name, display_name, issuer, client_id, scopes, redirect_uris, role_map, default_roles,
                provisioning, link_by_email, enabled, created_at, updated_at)
            SELECT gen_random_uuid(), id, 'corp', 'Corp', 'https://accounts.example', 'acme', '{openid}', '{https://app.example/}', '{}', '{user}',
                'none', false, true, now(), now()
            FROM t RETURNING id, tenant_id
        ), times AS (
            SELECT CASE WHEN i <= 25 THEN now() - interval '1 second' ELSE now() + interval '1 hour' END AS expires_at,
                CASE WHEN i % 2 = 0 THEN now() - interval '1 minute' END AS used_at
            FROM generate_series(1, 27) i
        ), c AS (
            INSERT INTO sign_in_challenges (id, tenant_id, user_id, method, token_hash, created_at, expires_at, failed_attempts, used_at)
            SELECT gen_random_uuid(), tenant_id, id, 'password', sha256(gen_random_uuid()::text::bytea), now() - interval '1 hour', expires_at, 0, used_at
            FROM u, times
        )
        INSERT INTO oidc_sign_ins (id, tenant_id, provider_id, token_hash, state_hash, nonce, wrapped_code_verifier, redirect_uri, created_at, expires_at, used_at)
        SELECT gen_random_uuid(), tenant_id, id, sha256(gen_random_uuid()::text::bytea), sha256('state'), 'nonce', 'x', 'https://app.example/',
            now() - interval '1 hour', expires_at, used_at
        FROM p, times
        """;

    private const string Sharing = "SELECT count(DISTINCT split_part(holder, '/', 2)) FROM job_runs WHERE outcome = 'succeeded'";

    [Fact]
    public async Task Sign_ins_that_nobody_finished_are_deleted_once_they_expired_and_not_before()
    {
        await worker.ExecuteAsync(SignInsUnderWay);
        using var running = worker.Start(
            [], ("Maintenance__TokenCleanup__Schedule", "* * * * * ?"), ("Maintenance__TokenCleanup__BatchSize", "10"));

        await Eventually.BecomesTrueAsync("no expired sign-in is left", TimeSpan.FromSeconds(60), async () => await worker.QueryAsync<long>(
            """
            SELECT (SELECT count(*) FROM sign_in_challenges WHERE expires_at <= now()) + (SELECT count(*) FROM oidc_sign_ins WHERE expires_at <= now())
            """) == 0);

        (await worker.QueryAsync<long>("SELECT count(*) FROM sign_in_challenges")).ShouldBe(2, "one that waits, and one that was answered a minute ago");
        (await worker.QueryAsync<long>("SELECT count(*) FROM oidc_sign_ins")).ShouldBe(2, "one under way, and one that was completed a minute ago");
        (await worker.QueryAsync<long>("SELECT count(*) FROM oidc_providers WHERE name = 'corp'")).ShouldBe(1);
        await Eventually.BecomesTrueAsync("the runs tell of it", TimeSpan.FromSeconds(30), async () => await worker.QueryAsync<string>(
            """
            SELECT sum((details->>'signInChallengesDeleted')::int) || ' ' || sum((details->>'oidcSignInsDeleted')::int)
            FROM job_runs WHERE job = 'token-cleanup' AND details IS NOT NULL
            """) == "25 25");
        var stopped = await running.StopAsync();
        stopped.ExitCode.ShouldBe(0, stopped.Output);
    }

    [Fact]
    public async Task Token_cleanup_is_shared_by_two_Workers_and_finished_by_one_when_the_other_is_killed()
    {
        await worker.ExecuteAsync(SeededTenants.With(tenants: 300, expiredTokens: 50));
        (string, string)[] everySecond =
        [
            ("Maintenance__TokenCleanup__Schedule", "* * * * * ?"), ("Maintenance__TokenCleanup__BatchSize", "10"),
        ];
        using var killed = worker.Start([], everySecond);
        using var survivor = worker.Start([], everySecond);
        await Eventually.BecomesTrueAsync("both have finished a shard", TimeSpan.FromMinutes(4), async () => await worker.QueryAsync<long>(Sharing) == 2);
        await Eventually.BecomesTrueAsync("it holds a shard again", TimeSpan.FromMinutes(4), async () => await worker.QueryAsync<long>(
            $"SELECT count(*) FROM job_leases WHERE split_part(holder, '/', 2) = '{killed.Id}'") > 0);
        killed.Kill();

        await Eventually.BecomesTrueAsync("no expired token is left", TimeSpan.FromMinutes(4), async () => await worker.QueryAsync<long>(Expired) == 0);
        await Eventually.BecomesTrueAsync("the killed one's shard was taken over", TimeSpan.FromMinutes(4), async () => await worker.QueryAsync<bool>(
            $"""
            SELECT EXISTS (
                SELECT FROM job_runs a JOIN job_runs b ON b.job = a.job AND b.shard = a.shard AND b.started_at >= a.finished_at
                WHERE a.outcome = 'abandoned' AND split_part(a.holder, '/', 2) = '{killed.Id}'
                    AND b.outcome = 'succeeded' AND split_part(b.holder, '/', 2) = '{survivor.Id}')
            """));
        (await worker.QueryAsync<long>("SELECT count(*) FROM refresh_tokens")).ShouldBe(300);

        var stopped = await survivor.StopAsync();
        stopped.ExitCode.ShouldBe(0, stopped.Output);
        (await worker.QueryAsync<long>($"SELECT count(*) FROM job_leases WHERE split_part(holder, '/', 2) = '{survivor.Id}'")).ShouldBe(0);
    }
}
