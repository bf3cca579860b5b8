using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;
using ProductionReady.Tests.Isolation;
using ProductionReady.Worker.Backups.OneTenant;

namespace ProductionReady.Tests.Worker.Backups.OneTenant;

public sealed class TenantRestoreRulesTests
{
    private static readonly string[] Secrets = ["hash", "secret", "token", "password", "roles", "permissions", "state", "email"];

    [Fact]
    public void Every_entity_of_a_tenant_says_what_becomes_of_it()
    {
        var owned = ForeignRows.Model.GetEntityTypes().Select(entity => entity.ClrType).Where(type => typeof(ITenantOwned).IsAssignableFrom(type)).Append(typeof(Tenant)).ToList();
        owned.Except(TenantRestoreRules.All.Keys).ShouldBeEmpty("entities that TenantRestoreRules does not know");
        TenantRestoreRules.All.Keys.Except(owned).ShouldBeEmpty("entities that are gone");
        TenantRestoreRules.All.Values.OfType<TenantRestoreRule.Kept>().ShouldAllBe(rule => rule.Reason.Length > 20);
    }

    [Fact]
    public void Every_property_that_is_named_is_one_and_none_lets_anybody_in()
    {
        foreach (var (type, rule) in TenantRestoreRules.All)
        {
            if (rule is TenantRestoreRule.Some some)
            {
                var entity = ForeignRows.Model.FindEntityType(type)!;
                some.Names.Concat(some.Added?.With.Keys ?? []).ShouldAllBe(name => entity.FindProperty(name) != null, type.Name);
                some.Names.Where(name => Secrets.Any(secret => name.Contains(secret, StringComparison.OrdinalIgnoreCase))).ShouldBeEmpty();
            }
        }
    }
}
