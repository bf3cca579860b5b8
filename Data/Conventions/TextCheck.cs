using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ProductionReady.Data.Conventions;

internal static class TextCheck
{
    /// <summary>
    /// Limits a text column to some words. Written the way PostgreSQL prints it, so that the MigrationService can compare
    /// the live constraint with the model's.
    /// </summary>
    public static void HasTextCheck<TEntity>(
        this TableBuilder<TEntity> table, string tableName, string column, IReadOnlyList<string> words)
        where TEntity : class =>
        table.HasCheckConstraint(
            $"ck_{tableName}_{column}",
            $"{column} = ANY (ARRAY[{string.Join(", ", words.Select(word => $"'{word}'::text"))}])");
}
