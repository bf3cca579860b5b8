using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Tests.Data;

public sealed class TenantCommandsTests(TenantDatabase database) : IClassFixture<TenantDatabase>
{
    [Fact]
    public async Task Query_sees_its_own_tenant_alone_when_two_have_rows()
    {
        await database.AddContactAsync(database.Red, "Seen by red");
        await database.AddContactAsync(database.Blue, "Seen by blue");
        await using var red = database.For(database.Red);
        (await red.Contacts.Select(contact => contact.Name).ToListAsync()).ShouldNotContain("Seen by blue");

        // Without EF Core's filter the database alone decides.
        var names = await red.Contacts.IgnoreQueryFilters().Select(contact => contact.Name).ToListAsync();
        names.ShouldContain("Seen by red");
        names.ShouldNotContain("Seen by blue");
    }

    [Fact]
    public async Task Query_sees_nothing_when_no_tenant_is_set()
    {
        await database.AddContactAsync(database.Red, "Hidden");
        await using var nobody = database.For(null);
        (await nobody.Contacts.IgnoreQueryFilters().CountAsync()).ShouldBe(0);
        (await nobody.Tenants.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Connection_forgets_the_tenant_when_the_pool_gives_it_to_the_next()
    {
        await database.AddContactAsync(database.Red, "Left behind");
        int process;
        await using (var red = database.For(database.Red))
        {
            process = await red.Database.SqlQuery<int>($"""SELECT pg_backend_pid() AS "Value" """).SingleAsync();
            (await red.Database.SqlQuery<string>($"""SELECT current_setting('app.tenant_id') AS "Value" """).SingleAsync())
                .ShouldBe(database.Red.ToString());
        }

        await using (var nobody = database.For(null))
        {
            (await nobody.Database.SqlQuery<int>($"""SELECT pg_backend_pid() AS "Value" """).SingleAsync()).ShouldBe(process);
            (await nobody.Database.SqlQuery<string?>($"""SELECT nullif(current_setting('app.tenant_id', true), '') AS "Value" """).SingleAsync())
                .ShouldBeNull();
            (await nobody.Contacts.IgnoreQueryFilters().CountAsync()).ShouldBe(0);
        }

        await using var blue = database.For(database.Blue);
        (await blue.Database.SqlQuery<int>($"""SELECT pg_backend_pid() AS "Value" """).SingleAsync()).ShouldBe(process);
        (await blue.Contacts.IgnoreQueryFilters().CountAsync(contact => contact.Name == "Left behind")).ShouldBe(0);
    }

    [Fact]
    public async Task Bulk_changes_touch_their_own_tenant_alone_when_filters_are_off()
    {
        await database.AddContactAsync(database.Red, "Bulk");
        await database.AddContactAsync(database.Red, "Bulk");
        await database.AddContactAsync(database.Blue, "Bulk");
        await using var red = database.For(database.Red);
        var bulk = red.Contacts.IgnoreQueryFilters().Where(contact => contact.Name == "Bulk");
        (await bulk.ExecuteUpdateAsync(set => set.SetProperty(contact => contact.Address, "here"))).ShouldBe(2);
        (await bulk.ExecuteDeleteAsync()).ShouldBe(2);
        await using var blue = database.For(database.Blue);
        (await blue.Contacts.SingleAsync(contact => contact.Name == "Bulk")).Address.ShouldBeNull();
    }

    [Fact]
    public async Task Transaction_keeps_the_tenant_when_it_holds_several_commands()
    {
        await using var red = database.For(database.Red);
        await using (var transaction = await red.Database.BeginTransactionAsync())
        {
            red.Add(TenantDatabase.NewContact("In transaction"));
            await red.SaveChangesAsync();
            (await red.Contacts.CountAsync(contact => contact.Name == "In transaction")).ShouldBe(1);
            await transaction.RollbackAsync();
        }

        // The rollback took the SET back as well; the next command brings its own.
        (await red.Contacts.CountAsync(contact => contact.Name == "In transaction")).ShouldBe(0);
        await database.AddContactAsync(database.Red, "After rollback");
        (await red.Contacts.CountAsync(contact => contact.Name == "After rollback")).ShouldBe(1);
    }

    [Fact]
    public async Task Tenant_travels_with_the_statement_when_a_query_runs()
    {
        var commands = new SentCommands();
        await using var red = database.For(database.Red, options => options.AddInterceptors(commands));
        await red.Contacts.AnyAsync();
        var sent = commands.Texts.ShouldHaveSingleItem();
        sent.ShouldStartWith(TenantCommandInterceptor.SetStatement(database.Red));
        sent.ShouldContain("FROM contacts");
    }

    private sealed class SentCommands : DbCommandInterceptor
    {
        public List<string> Texts { get; } = [];

        public override ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            Texts.Add(command.CommandText);
            return ValueTask.FromResult(result);
        }
    }
}
