using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Data;

/// <summary>Gives <c>dotnet ef</c> a context; adding a migration compares models and needs no database.</summary>
internal sealed class DesignTimeContextFactory : IDesignTimeDbContextFactory<AppDbContext>
{
    public AppDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<AppDbContext>().UseAppDatabase("Host=localhost").Options, new TenantContext());
}
