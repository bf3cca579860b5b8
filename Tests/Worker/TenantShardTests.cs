using ProductionReady.Worker.Maintenance;

namespace ProductionReady.Tests.Worker;

public sealed class TenantShardTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(256)]
    public void Every_tenant_is_in_one_shard_and_shards_are_about_even(int count)
    {
        var shards = TenantShard.Names(count).Select(TenantShard.Parse).ToList();
        var sizes = new int[count];
        foreach (var tenant in Enumerable.Range(0, count * 200).Select(_ => Guid.CreateVersion7()))
        {
            sizes[shards.Single(shard => shard.Holds(tenant)).Index]++;
        }

        sizes.Min().ShouldBeGreaterThan(100);
        sizes.Max().ShouldBeLessThan(300);
    }
}
