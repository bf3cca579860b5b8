using ProductionReady.Data.Tenancy;

namespace ProductionReady.Tests.Data;

public sealed class TenantContextTests
{
    [Fact]
    public async Task Context_refuses_another_tenant_when_one_is_set()
    {
        using var context = new TenantContext { TenantId = Guid.CreateVersion7() };
        (await Should.ThrowAsync<InvalidOperationException>(() => EnterAsync(context, Guid.CreateVersion7()))).Message.ShouldContain("new scope");
    }

    [Fact]
    public async Task Context_accepts_the_same_tenant_when_it_is_set_again()
    {
        var tenant = Guid.CreateVersion7();
        using var context = new TenantContext { TenantId = tenant };
        await EnterAsync(context, tenant);
        context.TenantId.ShouldBe(tenant);
    }

    [Fact]
    public async Task Context_refuses_nobody_when_it_is_set()
    {
        using var context = new TenantContext();
        await Should.ThrowAsync<ArgumentException>(() => EnterAsync(context, Guid.Empty));
        Should.Throw<ArgumentException>(() => new TenantContext { TenantId = null });
        context.TenantId.ShouldBeNull();
    }

    private static async Task EnterAsync(TenantContext context, Guid tenant) => await context.EnterAsync(tenant, CancellationToken.None);
}
