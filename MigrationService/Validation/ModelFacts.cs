using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using ProductionReady.Data.Schema;

namespace ProductionReady.MigrationService.Validation;

/// <summary>What the EF Core model says about tables, in the words of PostgreSQL's catalog functions.</summary>
internal static class ModelFacts
{
    // System columns stand in the model as concurrency tokens, not in the list of columns.
    private const string RowVersionColumn = "xmin";

    /// <param name="facts">What to add to.</param>
    /// <param name="model">The design-time model: the run-time one has lost its check constraints.</param>
    public static void Add(SchemaFacts facts, IModel model)
    {
        foreach (var sequence in model.GetRelationalModel().Sequences)
        {
            facts.Add($"relation {sequence.Name}", "of kind S");
        }

        foreach (var table in model.GetRelationalModel().Tables)
        {
            facts.Add($"table {table.Name}", $"owned by {DatabaseRoles.Owner}");
            foreach (var column in table.Columns.Where(column => column.Name != RowVersionColumn))
            {
                facts.Add($"column {table.Name}.{column.Name}", Column(column));
            }

            foreach (var key in table.UniqueConstraints)
            {
                facts.Add($"constraint {table.Name}.{key.Name}", $"{(key.GetIsPrimaryKey() ? "PRIMARY KEY" : "UNIQUE")} ({Names(key.Columns)})");
            }

            foreach (var foreignKey in table.ForeignKeyConstraints)
            {
                facts.Add($"constraint {table.Name}.{foreignKey.Name}", ForeignKey(foreignKey));
            }

            foreach (var check in table.CheckConstraints)
            {
                facts.Add($"constraint {table.Name}.{check.Name}", $"CHECK ({check.Sql})");
            }

            foreach (var index in table.Indexes)
            {
                facts.Add($"index {index.Name}", Index(table, index));
            }
        }
    }

    private static string Column(IColumn column)
    {
        var text = column.StoreType + (column.IsNullable ? "" : " not null");
        return (column.ComputedColumnSql, column.DefaultValueSql) switch
        {
            ({ } computed, _) => $"{text} generated as {computed}",
            (_, { } value) => $"{text} default {value}",
            _ => text,
        };
    }

    private static string ForeignKey(IForeignKeyConstraint key)
    {
        var onDelete = key.OnDeleteAction switch
        {
            ReferentialAction.Cascade => " ON DELETE CASCADE",
            ReferentialAction.Restrict => " ON DELETE RESTRICT",
            ReferentialAction.SetNull => " ON DELETE SET NULL",
            ReferentialAction.SetDefault => " ON DELETE SET DEFAULT",
            _ => "",
        };
        return $"FOREIGN KEY ({Names(key.Columns)}) REFERENCES {key.PrincipalTable.Name}({Names(key.PrincipalColumns)}){onDelete}";
    }

    private static string Index(ITable table, ITableIndex index)
    {
        var columns = index.Columns.Select((column, position) =>
            column.Name + (index.IsDescending is { } descending && (descending.Count == 0 || descending[position]) ? " DESC" : ""));
        var filter = index.Filter is null ? "" : $" WHERE {index.Filter}";
        return $"CREATE {(index.IsUnique ? "UNIQUE " : "")}INDEX {index.Name} ON public.{table.Name} USING btree ({string.Join(", ", columns)}){filter}";
    }

    private static string Names(IEnumerable<IColumn> columns) => string.Join(", ", columns.Select(column => column.Name));
}
