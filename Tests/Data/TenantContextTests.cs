using ProductionReady.Data.Tenancy;

namespace ProductionReady.Tests.Data;

public sealed class TenantContextTests
{
    [Fact]
    public void Context_refuses_another_tenant_when_one_is_set()
    {
        var context = new TenantContext { TenantId = Guid.CreateVersion7() };
        Should.Throw<InvalidOperationException>(() => context.TenantId = Guid.CreateVersion7()).Message.ShouldContain("new scope");
    }

    [Fact]
    public void Context_accepts_the_same_tenant_when_it_is_set_again()
    {
        var tenant = Guid.CreateVersion7();
        var context = new TenantContext { TenantId = tenant };
        context.TenantId = tenant;
        context.TenantId.ShouldBe(tenant);
    }

    [Fact]
    public void Context_refuses_nobody_when_it_is_set()
    {
        var context = new TenantContext();
        Should.Throw<ArgumentException>(() => context.TenantId = Guid.Empty);
        Should.Throw<ArgumentException>(() => context.TenantId = null);
        context.TenantId.ShouldBeNull();
    }
}
