using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using ProductionReady.Data;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Tests.Data;

public sealed class MigrationsTests
{
    [Fact]
    public void Migrations_carry_the_whole_model_when_nothing_was_forgotten()
    {
        using var context = Context();
        context.Database.HasPendingModelChanges().ShouldBeFalse("eng/add-migration.sh NAME writes the missing migration");
    }

    [Fact]
    public void Migrations_run_in_one_transaction_when_none_opts_out()
    {
        using var context = Context();
        var assembly = context.GetService<IMigrationsAssembly>();
        foreach (var (id, type) in assembly.Migrations)
        {
            var migration = assembly.CreateMigration(type, context.Database.ProviderName!);
            migration.DownOperations.ShouldNotBeEmpty($"{id} cannot be undone");
            migration.UpOperations.Concat(migration.DownOperations).OfType<SqlOperation>()
                .ShouldAllBe(operation => !operation.SuppressTransaction, id);
        }
    }

    private static AppDbContext Context() =>
        new(new DbContextOptionsBuilder<AppDbContext>().UseAppDatabase("Host=localhost").Options, new TenantContext());
}
