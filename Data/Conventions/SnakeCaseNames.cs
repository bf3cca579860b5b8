using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;

namespace ProductionReady.Data.Conventions;

/// <summary>
/// Names every column, key, index and foreign key in snake case, as PostgreSQL people write it, so that SQL by hand
/// needs no quotes.
/// </summary>
internal sealed class SnakeCaseNames : IModelFinalizingConvention
{
    public void ProcessModelFinalizing(IConventionModelBuilder modelBuilder, IConventionContext<IConventionModelBuilder> context)
    {
        foreach (var entity in modelBuilder.Metadata.GetEntityTypes())
        {
            var table = entity.GetTableName() ?? throw new InvalidOperationException($"{entity.Name} has no table.");
            foreach (var property in entity.GetProperties())
            {
                if (property.GetColumnNameConfigurationSource() is not ConfigurationSource.Explicit)
                {
                    property.SetColumnName(Column(property));
                }
            }

            foreach (var key in entity.GetKeys())
            {
                key.SetName(key.IsPrimaryKey() ? $"pk_{table}" : $"uq_{table}_{Columns(key.Properties)}");
            }

            foreach (var index in entity.GetIndexes())
            {
                index.SetDatabaseName($"{(index.IsUnique ? "uq" : "ix")}_{table}_{Columns(index.Properties)}");
            }

            foreach (var foreignKey in entity.GetForeignKeys())
            {
                foreignKey.SetConstraintName($"fk_{table}_{foreignKey.PrincipalEntityType.GetTableName()}");
            }
        }
    }

    private static string Columns(IEnumerable<IConventionProperty> properties) => string.Join('_', properties.Select(Column));

    private static string Column(IReadOnlyProperty property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
}
