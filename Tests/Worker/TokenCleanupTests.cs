using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker;

public sealed class TokenCleanupTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    private const string Expired = "SELECT count(*) FROM refresh_tokens WHERE expires_at < now()";
    private const string Sharing = "SELECT count(DISTINCT split_part(holder, '/', 2)) FROM job_runs WHERE outcome = 'succeeded'";

    [Fact]
    public async Task Token_cleanup_is_shared_by_two_Workers_and_finished_by_one_when_the_other_is_killed()
    {
        await worker.ExecuteAsync(SeededTenants.With(tenants: 300, expiredTokens: 200));
        (string, string)[] everySecond =
        [
            ("Maintenance__TokenCleanup__Schedule", "* * * * * ?"), ("Maintenance__TokenCleanup__BatchSize", "10"),
        ];
        using var killed = worker.Start([], everySecond);
        using var survivor = worker.Start([], everySecond);
        await Eventually.BecomesTrueAsync("both have finished a shard", TimeSpan.FromSeconds(60), async () => await worker.QueryAsync<long>(Sharing) == 2);
        await Eventually.BecomesTrueAsync("it holds a shard again", TimeSpan.FromSeconds(60), async () => await worker.QueryAsync<long>(
            $"SELECT count(*) FROM job_leases WHERE split_part(holder, '/', 2) = '{killed.Id}'") > 0);
        killed.Kill();

        await Eventually.BecomesTrueAsync("no expired token is left", TimeSpan.FromMinutes(4), async () => await worker.QueryAsync<long>(Expired) == 0);
        await Eventually.BecomesTrueAsync("the killed one's shard was taken over", TimeSpan.FromSeconds(60), async () => await worker.QueryAsync<bool>(
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
