using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Npgsql;
using ProductionReady.Data;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Migrating;

/// <summary>A table or column that going back takes away.</summary>
/// <param name="What">Which one.</param>
/// <param name="Values">Rows of the table, or values of the column that are neither null nor its default.</param>
internal sealed record DataLoss(string What, long Values)
{
    public override string ToString() => $"{What} ({Values} {(What.StartsWith("table", StringComparison.Ordinal) ? "rows" : "values")})";

    /// <summary>
    /// Everything that would be dropped. Locks what it counts, so that nothing is added behind its back until the
    /// transaction ends. Generated columns hold nothing of their own and count as empty.
    /// </summary>
    public static async Task<IReadOnlyList<DataLoss>> FindAsync(
        AppDbContext context, NpgsqlConnection connection, IReadOnlyList<string> reverted, CancellationToken cancellationToken)
    {
        // Fails instead of counting nothing when this user may not see all tenants' rows.
        await connection.ExecuteAsync("SET LOCAL row_security = off", cancellationToken);
        var losses = new List<DataLoss>();
        foreach (var operation in reverted.SelectMany(id => DownOperations(context, id)))
        {
            var loss = operation switch
            {
                DropTableOperation drop => await TableAsync(connection, drop.Name, cancellationToken),
                DropColumnOperation drop => await ColumnAsync(connection, drop.Table, drop.Name, cancellationToken),
                _ => null,
            };
            if (loss is not null)
            {
                losses.Add(loss);
            }
        }

        await connection.ExecuteAsync("SET LOCAL row_security = on", cancellationToken);
        return losses;
    }

    private static IReadOnlyList<MigrationOperation> DownOperations(AppDbContext context, string id)
    {
        var assembly = context.GetService<IMigrationsAssembly>();
        return assembly.CreateMigration(assembly.Migrations[id], context.Database.ProviderName!).DownOperations;
    }

    private static async Task<DataLoss> TableAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken) =>
        new($"table {table}", await CountAsync(connection, table, "*", cancellationToken));

    private static async Task<DataLoss> ColumnAsync(
        NpgsqlConnection connection, string table, string column, CancellationToken cancellationToken)
    {
        var generated = await connection.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = $1::regclass AND attname = $2 AND attgenerated <> '')",
            cancellationToken, table, column);
        var values = generated
            ? 0
            : await CountAsync(
                connection, table, $"nullif({Statements.Quoted(column)}, {await DefaultAsync(connection, table, column, cancellationToken)})",
                cancellationToken);
        return new($"column {table}.{column}", values);
    }

    private static Task<string> DefaultAsync(
        NpgsqlConnection connection, string table, string column, CancellationToken cancellationToken) =>
        connection.ScalarAsync<string>(
            """
            SELECT coalesce(
                (SELECT pg_get_expr(d.adbin, d.adrelid)
                 FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
                 WHERE a.attrelid = $1::regclass AND a.attname = $2),
                'NULL')
            """,
            cancellationToken, table, column);

    private static async Task<long> CountAsync(NpgsqlConnection connection, string table, string what, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"LOCK TABLE {Statements.Quoted(table)} IN ACCESS EXCLUSIVE MODE", cancellationToken);
        return await connection.ScalarAsync<long>($"SELECT count({what}) FROM {Statements.Quoted(table)}", cancellationToken);
    }
}
