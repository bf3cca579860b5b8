using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.MigrationService.Placing;

/// <summary>A table of tenants' rows, as the catalog describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Columns to be written: all but the generated ones.</param>
/// <param name="AllColumns">All columns, by name.</param>
/// <param name="Shape">The same with their types, to compare two databases.</param>
/// <param name="Key">Columns of the primary key.</param>
internal sealed record MovedTable(string Name, string Columns, string AllColumns, string Shape, IReadOnlyList<string> Key)
{
    /// <summary>The tenant's own row.</summary>
    public const string Tenants = "tenants";

    private const string Describe = """
        SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname) FILTER (WHERE a.attgenerated = ''),
               string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname),
               string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod), a.attgenerated), ', ' ORDER BY a.attname),
               (SELECT array_agg(quote_ident(k.attname) ORDER BY k.attnum) FROM pg_index i JOIN pg_attribute k ON k.attrelid = i.indrelid AND k.attnum = ANY (i.indkey)
                WHERE i.indrelid = c.oid AND i.indisprimary)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.oid = to_regclass('public.' || $1) GROUP BY c.oid
        """;

    /// <summary>The column that says whose a row is.</summary>
    public string Owner => Name == Tenants ? "id" : "tenant_id";

    /// <summary>Whether home keeps a copy of a tenant's row that lives elsewhere, which others read and write meanwhile.</summary>
    public bool IsMirrored => Name is Tenants or "tenant_usage";

    /// <summary>A condition that the keys of two rows are the same.</summary>
    public string SameKey(string left, string right) => string.Join(" AND ", Key.Select(column => $"{left}.{column} = {right}.{column}"));

    /// <summary>All of them, each after those that it points to.</summary>
    /// <exception cref="MigrationFailedException">A table holds tenants' rows and is not known as such, or is not kept apart.</exception>
    public static async Task<IReadOnlyList<MovedTable>> ReadAsync(NpgsqlConnection connection, IModel model, CancellationToken cancellationToken)
    {
        if (await TenancyCatalog.FindViolationsAsync(model, connection, cancellationToken) is { Count: > 0 } violations)
        {
            throw new MigrationFailedException($"{connection.Database} does not keep tenants apart, so none is moved: {string.Join("; ", violations)}.");
        }

        var tables = new List<MovedTable>();
        foreach (var name in TenantTables.InDeletionOrder(model).Append(Tenants).Reverse())
        {
            await using var command = new NpgsqlCommand(Describe, connection) { Parameters = { new() { Value = name } } };
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            await row.ReadAsync(cancellationToken);
            tables.Add(new MovedTable(name, row.GetString(0), row.GetString(1), row.GetString(2), row.GetFieldValue<string[]>(3)));
        }

        return tables;
    }
}
