using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using ProductionReady.Data.Schema;

namespace ProductionReady.Data.Tenancy;

/// <summary>
/// Walks the model and the database's catalog together: every tenant-owned entity must be kept apart by the database
/// itself, and no table may hold a tenant's rows without being known as tenant-owned.
/// </summary>
public static class TenancyCatalog
{
    private const string ReadTables = """
        SELECT c.relname,
               c.relrowsecurity,
               c.relforcerowsecurity,
               EXISTS (SELECT FROM pg_attribute a
                       WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.attnotnull AND a.atttypid = 'uuid'::regtype),
               ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid ORDER BY p.polname),
               (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid AND c.relispartition)
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
        """;

    /// <summary>Tables of the entities that belong to a tenant, by name.</summary>
    public static IReadOnlyList<string> TenantOwnedTables(IReadOnlyModel model) =>
        [.. model.GetEntityTypes()
            .Where(entity => typeof(ITenantOwned).IsAssignableFrom(entity.ClrType))
            .Select(entity => entity.GetTableName()!)
            .Distinct()
            .Order(StringComparer.Ordinal)];

    /// <summary>One sentence for each table that is not kept apart as it should be; empty when all are.</summary>
    /// <param name="model">The model of <see cref="AppDbContext"/>.</param>
    /// <param name="connection">An open connection of any role: the catalog is readable by all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<IReadOnlyList<string>> FindViolationsAsync(
        IReadOnlyModel model, DbConnection connection, CancellationToken cancellationToken)
    {
        var owned = TenantOwnedTables(model);
        var live = await ReadTablesAsync(connection, cancellationToken).ConfigureAwait(false);
        var violations = new List<string>();
        foreach (var table in owned)
        {
            violations.AddRange(live.TryGetValue(table, out var found) ? Violations(table, found) : [$"{table} does not exist"]);
        }

        // A partition can be reached by its own name, so it must be kept apart as its parent is.
        foreach (var (name, partition) in live.Where(table => table.Value.PartitionOf is { } parent && owned.Contains(parent)))
        {
            violations.AddRange(Violations(name, partition));
        }

        violations.AddRange(live
            .Where(table => table.Value.HasTenantId && !owned.Contains(table.Value.PartitionOf ?? table.Key))
            .Select(table => $"{table.Key} has tenant_id, but its entity is not ITenantOwned"));
        return violations;
    }

    private static IEnumerable<string> Violations(string table, Table found)
    {
        if (!found.HasTenantId)
        {
            yield return $"{table} has no tenant_id of type uuid that is not null";
        }

        if (!found.Enabled || !found.Forced)
        {
            yield return $"{table} does not both enable and force row-level security";
        }

        if (found.Policies is not [TenantIsolation.Policy])
        {
            yield return $"{table} must have the one policy {TenantIsolation.Policy} and has [{string.Join(", ", found.Policies)}]";
        }
    }

    private static async Task<Dictionary<string, Table>> ReadTablesAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var tables = new Dictionary<string, Table>(StringComparer.Ordinal);
        var command = connection.CreateCommand();
        await using var _ = command.ConfigureAwait(false);
        command.CommandText = ReadTables;
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            tables[reader.GetString(0)] = new Table(
                reader.GetBoolean(1), reader.GetBoolean(2), reader.GetBoolean(3), reader.GetFieldValue<string[]>(4),
                await reader.IsDBNullAsync(5, cancellationToken).ConfigureAwait(false) ? null : reader.GetString(5));
        }

        return tables;
    }

    private sealed record Table(bool Enabled, bool Forced, bool HasTenantId, string[] Policies, string? PartitionOf);
}
