using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Npgsql;
using ProductionReady.Tests.Fixtures;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Tests.Worker;

public sealed class LeaseStoreTests(WorkerFixture worker) : IClassFixture<WorkerFixture>, IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(worker.WorkerConnectionString);

    [Fact]
    public async Task Leases_are_given_to_one_claimant_each_when_many_ask_at_once()
    {
        var store = Store(TimeSpan.FromMinutes(1));
        string[] shards = ["a", "b", "c", "d"];
        await store.ScheduleAsync("contended", shards, Past, None);
        var claims = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => store.TryClaimAsync("contended", shards, onlyDue: true, None)));
        var held = claims.OfType<Lease>().ToList();
        while (await store.TryClaimAsync("contended", shards, onlyDue: true, None) is { } missed)
        {
            held.Add(missed);
        }

        held.Select(lease => lease.Shard).Order().ShouldBe(shards);
    }

    [Fact]
    public async Task Lease_goes_to_another_when_it_expired_and_its_old_holder_can_neither_renew_nor_finish_it()
    {
        var brief = Store(TimeSpan.FromMilliseconds(300));
        var store = Store(TimeSpan.FromMinutes(1));
        await store.ScheduleAsync("expiring", ["a"], Past, None);
        var first = (await brief.TryClaimAsync("expiring", ["a"], onlyDue: true, None)).ShouldNotBeNull();
        Lease? second = null;
        await Eventually.BecomesTrueAsync("another gets it", TimeSpan.FromSeconds(30), async () =>
            (second = await store.TryClaimAsync("expiring", ["a"], onlyDue: true, None)) is not null);

        (await brief.RenewAsync(first, None)).ShouldBeFalse();
        (await brief.FinishAsync(first, JobOutcome.Succeeded, [], Future, None)).ShouldBeFalse();
        (await store.RenewAsync(second!, None)).ShouldBeTrue();
        (await worker.QueryAsync<string>($"SELECT outcome FROM job_runs WHERE id = '{second!.RunId}'")).ShouldBe(JobOutcome.Running);
    }

    [Fact]
    public async Task Finished_shard_waits_for_its_next_schedule_and_a_demand_does_not()
    {
        var store = Store(TimeSpan.FromMinutes(1));
        await store.ScheduleAsync("finished", ["a"], Past, None);
        var lease = (await store.TryClaimAsync("finished", ["a"], onlyDue: true, None)).ShouldNotBeNull();
        (await store.FinishAsync(lease, JobOutcome.Succeeded, new JsonObject { ["rows"] = 3 }, Future, None)).ShouldBeTrue();

        (await store.TryClaimAsync("finished", ["a"], onlyDue: true, None)).ShouldBeNull();
        (await store.TryClaimAsync("finished", ["a"], onlyDue: false, None)).ShouldNotBeNull();
        (await worker.QueryAsync<string>($"SELECT outcome || details::text FROM job_runs WHERE id = '{lease.RunId}'")).ShouldBe("""succeeded{"rows": 3}""");
    }

    [Fact]
    public async Task Earlier_schedule_brings_a_shard_forward_and_a_later_one_does_not_put_it_off()
    {
        var store = Store(TimeSpan.FromMinutes(1));
        await store.ScheduleAsync("moved", ["a"], Future, None);
        (await store.TryClaimAsync("moved", ["a"], onlyDue: true, None)).ShouldBeNull();
        await store.ScheduleAsync("moved", ["a"], Past, None);
        await store.ScheduleAsync("moved", ["a"], Future, None);
        (await store.TryClaimAsync("moved", ["a"], onlyDue: true, None)).ShouldNotBeNull();
    }

    public void Dispose() => _database.Dispose();

    private static DateTimeOffset Past => DateTimeOffset.UtcNow.AddHours(-1);

    private static DateTimeOffset Future => DateTimeOffset.UtcNow.AddHours(1);

    private LeaseStore Store(TimeSpan duration) => new(_database, Options.Create(new LeaseOptions { Duration = duration }));
}
