using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using ProductionReady.Data;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.MigrationService.Migrating;

/// <summary>Makes contexts over the one connection of a run.</summary>
internal sealed class MigrationContext(ILoggerFactory loggers)
{
    public AppDbContext Over(NpgsqlConnection connection, ITenantContext? tenant = null) => new(
        new DbContextOptionsBuilder<AppDbContext>()
            .UseAppDatabase(connection)
            .UseLoggerFactory(loggers)
            // A run has one transaction around all migrations and a lock of its own around that.
            .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.MigrationsUserTransactionWarning))
            .Options,
        tenant ?? new TenantContext());
}
