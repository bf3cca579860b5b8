using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using ProductionReady.Data;
using ProductionReady.Data.Archive;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Tests.Data;

public sealed class ArchiveRulesTests
{
    private static readonly string[] Secrets = ["hash", "secret", "token"];

    [Fact]
    public void Every_entity_of_a_tenant_says_whether_it_is_exported()
    {
        var owned = Owned().Select(entity => entity.ClrType).ToList();
        owned.Except(ArchiveRules.All.Keys).ShouldBeEmpty("entities that ArchiveRules does not know");
        ArchiveRules.All.Keys.Except(owned).ShouldBeEmpty("entities that are gone");
        ArchiveRules.All.Values.OfType<ArchiveRule.NotExported>().ShouldAllBe(rule => rule.Reason.Length > 20);
        ArchiveRules.All.Values.OfType<ArchiveRule.Exported>().Where(rule => rule.NotImported is not null).ShouldAllBe(rule => rule.NotImported!.Length > 20);
    }

    [Fact]
    public void Every_column_left_out_is_one_and_no_secret_is_left_in()
    {
        foreach (var (type, rule) in ArchiveRules.All)
        {
            if (rule is ArchiveRule.Exported exported)
            {
                exported.LeftOut.ShouldAllBe(name => Owned().Single(entity => entity.ClrType == type).FindProperty(name) != null, type.Name);
            }
        }

        // The hashes of the audit trail are no secrets: they are its proof.
        ArchiveTable.All(Model()).Where(table => table.Table != "audit_entries").SelectMany(table => table.Columns)
            .Where(column => Secrets.Any(secret => column.Contains(secret, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void Tables_are_deleted_before_those_that_they_point_to()
    {
        var order = TenantTables.InDeletionOrder(Model()).ToList();
        order.Count.ShouldBe(Owned().Count());
        foreach (var (entity, key) in Owned().SelectMany(entity => entity.GetForeignKeys().Select(key => (entity, key))).Where(pair => pair.key.PrincipalEntityType.ClrType.IsAssignableTo(typeof(ITenantOwned))))
        {
            order.IndexOf(entity.GetTableName()!).ShouldBeLessThan(order.IndexOf(key.PrincipalEntityType.GetTableName()!));
        }
    }

    private static IEnumerable<IEntityType> Owned() => Model().GetEntityTypes().Where(entity => typeof(ITenantOwned).IsAssignableFrom(entity.ClrType));

    private static IModel Model()
    {
        using var context = new AppDbContext(new DbContextOptionsBuilder<AppDbContext>().UseAppDatabase("Host=localhost").Options, new TenantContext());
        return context.GetService<IDesignTimeModel>().Model;
    }
}
