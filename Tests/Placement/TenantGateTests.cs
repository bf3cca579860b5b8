using ProductionReady.Data.Placement;
using Database = ProductionReady.Tests.Data.TenantDatabase;

namespace ProductionReady.Tests.Placement;

public sealed class TenantGateTests(Database database) : IClassFixture<Database>
{
    [Fact]
    public async Task Tenant_at_home_is_let_in_without_a_statement_or_an_allocation()
    {
        // Nobody answers there: a statement would fail.
        await using var nowhere = Npgsql.NpgsqlDataSource.Create("Host=127.0.0.1;Port=1");
        await using var gate = new TenantGate("Host=127.0.0.1;Port=1", nowhere, TimeSpan.Zero, new StoppedTime());
        await gate.TakeAsync([], askedAt: 0);
        for (var warm = 0; warm < 1000; warm++)
        {
            Pass(gate, database.Red);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            Pass(gate, database.Red);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static void Pass(TenantGate gate, Guid tenant)
    {
        var entering = gate.EnterAsync(tenant, CancellationToken.None);
        entering.IsCompletedSuccessfully.ShouldBeTrue();
        _ = entering.Result;
        gate.Leave(tenant);
    }

    private sealed class StoppedTime : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
