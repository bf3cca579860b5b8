using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Worker.Backups.OneTenant;

/// <summary>A table whose rows come back, wholly or in part, as both databases have it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rule">What comes back.</param>
/// <param name="Columns">Columns that both have and that are written, with the type of each; those of a newer schema keep their values.</param>
/// <param name="Key">The primary key's.</param>
/// <param name="IsReferenced">Whether other tables point to it, so that its rows must not go away even for a moment.</param>
/// <param name="HasNewColumns">Whether there are columns now that were not there then, whose values stay.</param>
/// <param name="ColumnOf">Property to column.</param>
public sealed record RestoredTable(
    string Name, TenantRestoreRule Rule, IReadOnlyDictionary<string, string> Columns, IReadOnlyList<string> Key, bool IsReferenced, bool HasNewColumns,
    IReadOnlyDictionary<string, string> ColumnOf)
{
    private const string Describe = """
        SELECT quote_ident(attname), atttypid::regtype::text FROM pg_attribute
        WHERE attrelid = to_regclass('public.' || quote_ident($1)) AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attname
        """;

    /// <summary>The column that says whose a row is.</summary>
    public string Owner => Name == "tenants" ? "id" : "tenant_id";

    /// <summary>Columns that get the value they had.</summary>
    public IReadOnlyList<string> Restored => Rule is TenantRestoreRule.Some some
        ? [.. some.Names.Select(name => ColumnOf[name]).Where(Columns.ContainsKey)]
        : [.. Columns.Keys.Except(Key)];

    /// <summary>Columns of the present rows that are looked at.</summary>
    public IReadOnlyList<string> Seen => Added is { } added
        ? [.. Key.Concat(Restored).Append(ColumnOf[added.Unique]).Distinct()]
        : [.. Key, .. Restored];

    /// <summary>How rows of a table that comes back in part are added.</summary>
    public AddedRows? Added => (Rule as TenantRestoreRule.Some)?.Added;

    /// <summary>A condition that the keys of two rows are the same.</summary>
    public string SameKey(string left, string right) => string.Join(" AND ", Key.Select(column => $"{left}.{column} = {right}.{column}"));

    /// <summary>The columns of one row, to be compared as text with another's.</summary>
    public string Values(string row) => $"ROW({string.Join(", ", Restored.Select(column => $"{row}.{column}"))})::text";

    /// <summary>Names and types of columns, for a table of the same shape.</summary>
    public string Typed(IEnumerable<string> columns) => string.Join(", ", columns.Select(column => $"{column} {Columns[column]}"));

    /// <summary>All tables that come back, each before those that it points to.</summary>
    /// <exception cref="BackupProblemException">A column has another type now than then.</exception>
    public static async Task<IReadOnlyList<RestoredTable>> ReadAsync(IModel model, RestoreSide then, RestoreSide now, CancellationToken cancellationToken)
    {
        var entities = model.GetEntityTypes().ToLookup(entity => entity.GetTableName());
        var tables = new List<RestoredTable>();
        foreach (var entity in TenantTables.InDeletionOrder(model).Append("tenants").Select(name => entities[name].First()))
        {
            var rule = RuleOf(entity);
            if (rule is not TenantRestoreRule.Kept && await ColumnsAsync(entity.GetTableName()!, then, now, cancellationToken) is { Columns.Count: > 0 } both)
            {
                tables.Add(Of(entity, rule, both.Columns, both.HasNew));
            }
        }

        return tables;
    }

    private static TenantRestoreRule RuleOf(IEntityType entity) => TenantRestoreRules.All.TryGetValue(entity.ClrType, out var rule)
        ? rule
        : throw new InvalidOperationException($"{entity.ClrType.Name} belongs to a tenant and says nothing about being restored: add it to {nameof(TenantRestoreRules)}.");

    private static RestoredTable Of(IEntityType entity, TenantRestoreRule rule, IReadOnlyDictionary<string, string> columns, bool hasNew) => new(
        entity.GetTableName()!,
        rule,
        columns,
        [.. entity.FindPrimaryKey()!.Properties.Select(property => property.GetColumnName())],
        entity.GetReferencingForeignKeys().Any(),
        hasNew,
        entity.GetProperties().ToDictionary(property => property.Name, property => property.GetColumnName()));

    /// <summary>None for a table that was not there then.</summary>
    private static async Task<(IReadOnlyDictionary<string, string> Columns, bool HasNew)> ColumnsAsync(
        string table, RestoreSide then, RestoreSide now, CancellationToken cancellationToken)
    {
        var before = (await then.Connection.ReadAsync(Describe, row => (Name: row.GetString(0), Type: row.GetString(1)), cancellationToken, table)).ToDictionary();
        var after = (await now.Connection.ReadAsync(Describe, row => (Name: row.GetString(0), Type: row.GetString(1)), cancellationToken, table)).ToDictionary();
        foreach (var (name, type) in after)
        {
            if (before.TryGetValue(name, out var was) && was != type)
            {
                throw new BackupProblemException($"{table}.{name} was {was} then and is {type} now, so rows cannot be taken from there; nothing was changed.");
            }
        }

        return (before.Where(column => after.ContainsKey(column.Key)).ToDictionary(), after.Keys.Except(before.Keys).Any());
    }
}
