using System.Runtime.Versioning;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups;

[UnsupportedOSPlatform("windows")]
public sealed class OwnClusterTests(App app)
{
    [Fact]
    public async Task Cluster_is_migrated_and_keeps_what_was_committed_when_it_is_killed()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        await cluster.Server.ExecuteAsync("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)");
        cluster.Server.Kill();
        await cluster.Server.StartAsync();
        (await cluster.Server.QueryAsync<int>("SELECT n FROM kept")).ShouldBe(7);
        (await cluster.RunAsync("backup", "list")).ExitCode.ShouldBe(0);
    }
}
