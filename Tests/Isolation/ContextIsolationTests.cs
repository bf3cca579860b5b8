using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Tests.Isolation;

/// <summary>The same through EF Core with its filter switched off, for every tenant-owned entity of the model.</summary>
public sealed class ContextIsolationTests(ForeignRows rows) : IClassFixture<ForeignRows>
{
    private static readonly MethodInfo ProbeMethod = typeof(ContextIsolationTests).GetMethod(nameof(ProbeAsync), BindingFlags.Instance | BindingFlags.NonPublic)!;

    public static TheoryData<string> Entities =>
        [.. ForeignRows.Model.GetEntityTypes().Where(entity => typeof(ITenantOwned).IsAssignableFrom(entity.ClrType)).Select(entity => entity.ClrType.AssemblyQualifiedName!)];

    [Theory]
    [MemberData(nameof(Entities))]
    public Task Ignored_filters_and_bulk_statements_reach_no_foreign_row(string entity) =>
        (Task)ProbeMethod.MakeGenericMethod(Type.GetType(entity)!).Invoke(this, [])!;

    private async Task ProbeAsync<TEntity>()
        where TEntity : class, ITenantOwned
    {
        await using var red = rows.For(rows.Red);
        var all = red.Set<TEntity>().IgnoreQueryFilters();
        (await all.AsNoTracking().ToListAsync()).ShouldHaveSingleItem().TenantId.ShouldBe(rows.Red);
        (await all.CountAsync(row => row.TenantId == rows.Blue)).ShouldBe(0);

        var foreign = all.Where(row => row.TenantId == rows.Blue);
        (await TryAsync(() => foreign.ExecuteUpdateAsync(set => set.SetProperty(row => row.TenantId, rows.Red)))).ShouldBeOneOf(0, null);
        (await TryAsync(() => foreign.ExecuteDeleteAsync())).ShouldBeOneOf(0, null);
        await rows.ShouldBeUntouchedAsync(red.Model.FindEntityType(typeof(TEntity))!.GetTableName()!);
    }

    private static async Task<int?> TryAsync(Func<Task<int>> statement)
    {
        try
        {
            return await statement();
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return null;
        }
    }
}
