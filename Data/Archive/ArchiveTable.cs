using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Data.Archive;

/// <summary>A file of an archive and the statement that gives its lines, made from the model.</summary>
/// <param name="Table">Name of the table.</param>
/// <param name="NotImported">Why an import leaves it; null when it takes it in.</param>
/// <param name="Columns">Columns in it, as the table has them; the lines' members are in camel case.</param>
/// <param name="Key">The columns that its lines are ordered by.</param>
/// <param name="Owner">The column that holds the tenant.</param>
public sealed record ArchiveTable(string Table, string? NotImported, IReadOnlyList<string> Columns, IReadOnlyList<string> Key, string Owner)
{
    /// <summary>Name of the file.</summary>
    public string File => Table + ".ndjson";

    /// <summary>
    /// A row a line, as JSON in UTF-8: times in RFC 3339, bytes in hexadecimal after <c>\x</c>, as PostgreSQL writes both. Parameter: the
    /// tenant's id.
    /// </summary>
    public string Select =>
        $"""
        SELECT convert_to(row_to_json(line)::text, 'UTF8')
        FROM (SELECT {string.Join(", ", Columns.Select(column => $"{column} AS \"{Member(column)}\""))} FROM {Table} WHERE {Owner} = $1 ORDER BY {string.Join(", ", Key)}) AS line
        """;

    /// <summary>The member that stands for a column.</summary>
    public static string Member(string column) =>
        JsonNamingPolicy.CamelCase.ConvertName(string.Concat(column.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])));

    /// <summary>All files of an archive in their order: the tenant, what is imported by what, and the rest.</summary>
    /// <exception cref="InvalidOperationException">An entity has no rule.</exception>
    public static IReadOnlyList<ArchiveTable> All(IModel model) =>
    [
        new("tenants", null, ["slug", "name", "time_zone", "language", "require_second_factor", "second_factor_roles", "created_at", "updated_at"], ["id"], "id"),
        .. model.GetEntityTypes()
            .Where(entity => typeof(ITenantOwned).IsAssignableFrom(entity.ClrType))
            .Select(entity => (Entity: entity, Rule: RuleOf(entity) as ArchiveRule.Exported))
            .Where(pair => pair.Rule is not null)
            .OrderBy(pair => pair.Rule!.NotImported is null ? ArchiveRules.All.Keys.ToList().IndexOf(pair.Entity.ClrType) : int.MaxValue)
            .ThenBy(pair => pair.Entity.GetTableName(), StringComparer.Ordinal)
            .Select(pair => Of(pair.Entity, pair.Rule!)),
    ];

    private static ArchiveRule RuleOf(IEntityType entity) => ArchiveRules.All.TryGetValue(entity.ClrType, out var rule)
        ? rule
        : throw new InvalidOperationException($"{entity.ClrType.Name} belongs to a tenant and says nothing about archives: add it to {nameof(ArchiveRules)}.");

    private static ArchiveTable Of(IEntityType entity, ArchiveRule.Exported rule)
    {
        var exported = entity.GetProperties()
            .Where(property => property.Name != nameof(ITenantOwned.TenantId) && property.GetColumnName() != "xmin"
                && property.GetComputedColumnSql() is null && !rule.LeftOut.Contains(property.Name))
            .Select(property => property.GetColumnName());
        return new ArchiveTable(
            entity.GetTableName()!,
            rule.NotImported,
            [.. exported.Order(StringComparer.Ordinal)],
            [.. entity.FindPrimaryKey()!.Properties.Select(property => property.GetColumnName())],
            "tenant_id");
    }
}
