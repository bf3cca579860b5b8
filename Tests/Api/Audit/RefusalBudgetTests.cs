using ProductionReady.Api.Audit.Refusals;
using ProductionReady.Data.Audit;

namespace ProductionReady.Tests.Api.Audit;

public sealed class RefusalBudgetTests
{
    private static readonly Guid Tenant = Guid.CreateVersion7();

    [Fact]
    public void Budget_records_a_few_of_each_kind_and_counts_the_rest()
    {
        var budget = new RefusalBudget(TimeProvider.System);
        var (one, other) = (Key(1), Key(2));
        Enumerable.Range(0, 100).Count(_ => budget.TryTake(one)).ShouldBe(RefusalBudget.PerMinute);
        budget.TryTake(other).ShouldBeTrue();
        budget.Settle(all: false).ShouldBeEmpty("the minute is not over");
        budget.Settle(all: true).ShouldBe([(one, 100L - RefusalBudget.PerMinute)]);
        budget.TryTake(one).ShouldBeTrue();
    }

    [Fact]
    public void Budget_bounds_a_tenant_whatever_keys_callers_think_up()
    {
        var budget = new RefusalBudget(TimeProvider.System);
        Enumerable.Range(0, 20_000).Count(i => budget.TryTake(Key(i))).ShouldBe(RefusalBudget.PerMinuteAndTenant);
        budget.Settle(all: true).Sum(settled => settled.Unrecorded).ShouldBe(20_000L - RefusalBudget.PerMinuteAndTenant);
    }

    private static RefusalKey Key(int i) => new(Tenant, "session.refused", ActorKind.Anonymous, null, $"192.0.2.{i}");
}
