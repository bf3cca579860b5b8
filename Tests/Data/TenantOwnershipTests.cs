using Microsoft.EntityFrameworkCore;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Tests.Data;

public sealed class TenantOwnershipTests(TenantDatabase database) : IClassFixture<TenantDatabase>
{
    [Fact]
    public async Task Saving_fills_the_tenant_when_a_new_row_has_none()
    {
        var contact = await database.AddContactAsync(database.Red, "Filled");
        contact.TenantId.ShouldBe(database.Red);
    }

    [Fact]
    public async Task Saving_refuses_a_new_row_when_it_names_another_tenant()
    {
        await using var context = database.For(database.Red);
        var contact = TenantDatabase.NewContact("Foreign");
        contact.TenantId = database.Blue;
        context.Add(contact);
        var refused = await Should.ThrowAsync<TenantMismatchException>(() => context.SaveChangesAsync());
        (refused.Entity, refused.Owner, refused.Current).ShouldBe(("Contact", database.Blue, database.Red));
    }

    [Fact]
    public async Task Saving_refuses_when_no_tenant_is_set()
    {
        await using var context = database.For(null);
        context.Add(TenantDatabase.NewContact("Nobody's"));
        await Should.ThrowAsync<TenantMismatchException>(() => context.SaveChangesAsync());
    }

    [Theory]
    [InlineData(EntityState.Modified)]
    [InlineData(EntityState.Deleted)]
    public async Task Saving_refuses_a_change_when_the_row_is_another_tenants(EntityState state)
    {
        var contact = await database.AddContactAsync(database.Blue, "Kept");
        await using var context = database.For(database.Red);
        context.Entry(contact).State = state;
        await Should.ThrowAsync<TenantMismatchException>(() => context.SaveChangesAsync());
    }
}
