using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ProductionReady.Data.Tenancy;

/// <summary>The tables of tenants' rows, as the model knows them.</summary>
public static class TenantTables
{
    /// <summary>
    /// All of them, each before those that it points to: the order in which rows can be deleted.
    /// </summary>
    /// <exception cref="InvalidOperationException">Tables point to each other in a circle.</exception>
    public static IReadOnlyList<string> InDeletionOrder(IModel model)
    {
        var left = model.GetEntityTypes().Where(entity => typeof(ITenantOwned).IsAssignableFrom(entity.ClrType)).ToList();
        var ordered = new List<string>(left.Count);
        while (left.Count > 0)
        {
            var free = left
                .Where(entity => !left.Any(other => other != entity && other.GetForeignKeys().Any(key => key.PrincipalEntityType == entity)))
                .OrderBy(entity => entity.GetTableName(), StringComparer.Ordinal)
                .ToList();
            if (free.Count == 0)
            {
                throw new InvalidOperationException($"These tables point to each other: {string.Join(", ", left.Select(entity => entity.GetTableName()))}.");
            }

            ordered.AddRange(free.Select(entity => entity.GetTableName()!));
            left.RemoveAll(free.Contains);
        }

        return ordered;
    }
}
