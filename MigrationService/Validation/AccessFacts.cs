using Microsoft.EntityFrameworkCore.Metadata;
using ProductionReady.Data.Schema;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.MigrationService.Validation;

/// <summary>What must be so about roles, row-level security, functions and grants.</summary>
internal static class AccessFacts
{
    public static void Add(SchemaFacts facts, IModel model)
    {
        AddRowSecurity(facts, model);
        foreach (var function in TenantLookup.Functions)
        {
            facts.Add(
                $"function {function.Signature}",
                $"owned by {DatabaseRoles.Lookup}, security definer, search_path={LookupFunction.SearchPath}: {function.Body}");
        }

        foreach (var function in AuditFunctions.All.Concat(TenantLifeFunctions.All).Append(TenantMirror.Mirror))
        {
            var settings = string.Join(' ', function.Settings.Select(setting => $"{setting.Name}={setting.Value.Trim('\'')}"));
            facts.Add($"function {function.Signature}", $"owned by {function.Owner}, security definer, {settings}: {function.Body}");
        }

        facts.Add(
            $"function {LastAdministrator.Signature}",
            $"owned by {DatabaseRoles.Owner}, search_path={LookupFunction.SearchPath}: {LastAdministrator.Body}");
        foreach (var (name, definition) in LastAdministrator.Triggers)
        {
            facts.Add($"trigger users.{name}", definition);
        }

        facts.Add($"function {TenantFence.Signature}", $"owned by {DatabaseRoles.Owner}, : {TenantFence.Body}");
        foreach (var table in TenancyCatalog.TenantOwnedTables(model).Append("tenants"))
        {
            facts.Add($"trigger {table}.{TenantFence.Trigger}", TenantFence.Definition(table));
        }

        foreach (var role in DatabaseRoles.All)
        {
            facts.Add($"role {role.Name}", $"{role.Attributes} IN ROLE [{string.Join(", ", role.MemberOf)}]");
            if (role.Login)
            {
                facts.Add($"grant on database to {role.Name}", "CONNECT");
            }
        }

        AddGrants(facts);
    }

    private static void AddRowSecurity(SchemaFacts facts, IModel model)
    {
        var owned = TenancyCatalog.TenantOwnedTables(model);
        foreach (var (table, tenant) in owned.Select(table => (table, "tenant_id")).Append(("tenants", "id")))
        {
            var rule = $"{tenant} = {TenantIsolation.CurrentTenant}";
            facts.Add($"row security {table}", "forced");
            facts.Add($"policy {table}.{TenantIsolation.Policy}", $"PERMISSIVE ALL to public using {rule} with check {rule}");
        }

        facts.Add($"partitions of {AuditPartitions.Table}", LivePartitions.AsTheirTable);
        facts.Add($"policy tenants.{TenantIsolation.LookupPolicy}", $"PERMISSIVE SELECT to {DatabaseRoles.Lookup} using true with check none");
    }

    private static void AddGrants(SchemaFacts facts)
    {
        foreach (var user in AccessRules.SchemaUsers)
        {
            facts.Add($"grant on schema public to {user}", "USAGE");
        }

        facts.Add($"grant on schema public to {DatabaseRoles.Owner}", "CREATE, USAGE");
        foreach (var grant in AccessRules.Tables)
        {
            facts.Add($"grant on {grant.Table} to {grant.Role}", string.Join(", ", grant.Privileges));
        }

        foreach (var grant in AccessRules.Functions)
        {
            facts.Add($"grant on function {grant.Function} to {grant.Role}", "EXECUTE");
        }
    }
}
