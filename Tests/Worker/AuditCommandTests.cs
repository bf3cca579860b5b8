using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker;

public sealed class AuditCommandTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    private const string Append = """
        SELECT set_config('app.tenant_id', id::text, false), append_audit(gen_random_uuid(), 'a.b', 'succeeded', 'system', NULL, 't', NULL, NULL, NULL, NULL, NULL, NULL, NULL)
        FROM tenants, generate_series(1, 5)
        """;

    [Fact]
    public async Task Audit_verify_ends_with_0_when_trails_are_sound_1_when_one_is_broken_and_2_when_it_is_not_understood()
    {
        await worker.ExecuteAsync(SeededTenants.With(tenants: 3, expiredTokens: 0));
        await worker.ExecuteAsync(Append);
        var all = await worker.RunAsync("audit", "verify");
        all.ExitCode.ShouldBe(0, all.Output);
        all.Output.Split('\n').Count(line => line.Contains("sound, 5 entries, ends with 5:")).ShouldBe(3);
        (await worker.QueryAsync<long>("SELECT count(*) FROM audit_chains WHERE verified_seq = 5 AND verified_hash = last_hash")).ShouldBe(3);
        var hash = await worker.QueryAsync<string>("SELECT encode(c.last_hash, 'hex') FROM audit_chains c JOIN tenants t ON t.id = c.tenant_id WHERE slug = 'seeded-1'");

        await worker.ExecuteAsync("UPDATE audit_entries e SET action = 'x' FROM tenants t WHERE t.id = e.tenant_id AND slug = 'seeded-2' AND seq = 3");
        var one = await worker.RunAsync("audit", "verify", "--tenant", "seeded-1", "--expect", $"5:{hash}");
        one.ExitCode.ShouldBe(0, one.Output);
        var broken = await worker.RunAsync("audit", "verify", "--all");
        broken.ExitCode.ShouldBe(1, broken.Output);
        var id = await worker.QueryAsync<Guid>("SELECT id FROM tenants WHERE slug = 'seeded-2'");
        broken.Output.ShouldContain($"{id}  BROKEN at 3  Entry 3 was changed");
        (await worker.RunAsync("audit", "verify", "--tenant", "seeded-2")).ExitCode.ShouldBe(1);
        (await worker.RunAsync("audit", "verify", "--tenant", "seeded-1", "--expect", $"4:{hash}")).ExitCode.ShouldBe(1);

        var nobody = await worker.RunAsync("audit", "verify", "--tenant", "nobody");
        nobody.ExitCode.ShouldBe(1);
        nobody.Output.ShouldContain("There is no tenant 'nobody'.");
        string[][] notUnderstood =
        [
            ["audit", "verify", "--all", "--tenant", "seeded-1"], ["audit", "verify", "--expect", $"5:{hash}"],
            ["audit", "verify", "--tenant", "seeded-1", "--expect", "5"], ["audit", "frob"],
        ];
        foreach (var arguments in notUnderstood)
        {
            (await worker.RunAsync(arguments)).ExitCode.ShouldBe(2, string.Join(' ', arguments));
        }
    }

    [Fact]
    public async Task Jobs_make_partitions_ahead_and_tell_loudly_of_a_broken_trail()
    {
        await worker.ExecuteAsync($"DELETE FROM audit_entries; DELETE FROM audit_chains; {SeededTenants.With(tenants: 1, expiredTokens: 0).Replace("'seeded-'", "'loud-'")}");
        await worker.ExecuteAsync($"{Append} WHERE slug LIKE 'loud-%'");
        await worker.ExecuteAsync("DELETE FROM audit_entries WHERE seq = 2");
        using var service = worker.Start([], ("Audit__PartitionSchedule", "* * * * * ?"), ("Audit__VerificationSchedule", "* * * * * ?"), ("Audit__Shards", "1"), ("Audit__MonthsAhead", "5"));

        await Eventually.BecomesTrueAsync("both jobs have run", TimeSpan.FromSeconds(60), async () => await worker.QueryAsync<bool>("""
            SELECT EXISTS (SELECT FROM job_runs WHERE job = 'audit-verification' AND outcome = 'failed' AND details @> '{"broken": 1}')
                AND EXISTS (SELECT FROM job_runs WHERE job = 'audit-partitions' AND outcome = 'succeeded')
            """));
        var stopped = await service.StopAsync();

        stopped.ExitCode.ShouldBe(0, stopped.Output);
        stopped.Output.ShouldContain("is broken at entry 2. Entry 2 is missing, and later ones are there.");
        (await worker.QueryAsync<long>("""
            SELECT count(*) FROM generate_series(date_trunc('month', now() AT TIME ZONE 'UTC'), now() AT TIME ZONE 'UTC' + interval '5 months', interval '1 month') AS month
            WHERE to_regclass(to_char(month, '"audit_entries_"YYYY_MM')) IS NOT NULL
            """)).ShouldBe(6);
    }
}
