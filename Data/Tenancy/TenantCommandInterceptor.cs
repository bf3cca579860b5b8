using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ProductionReady.Data.Tenancy;

/// <summary>
/// Puts <c>SET app.tenant_id = '…';</c> before each command of a context that has a tenant, in the same round trip, so
/// that the row-level security policies see the tenant. Without a tenant nothing is put there: Npgsql resets a pooled
/// connection before it is used again, and an unset tenant sees no rows.
/// </summary>
public sealed class TenantCommandInterceptor : DbCommandInterceptor
{
    /// <summary>The PostgreSQL setting that the policies read.</summary>
    public const string Setting = "app.tenant_id";

    /// <summary>The statement that sets the tenant of a connection until it is reset or returned to the pool.</summary>
    public static string SetStatement(Guid tenantId) =>
        string.Create(CultureInfo.InvariantCulture, $"SET {Setting} = '{tenantId:D}';\n");

    /// <inheritdoc/>
    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        SetTenant(command, eventData.Context);
        return result;
    }

    /// <inheritdoc/>
    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        SetTenant(command, eventData.Context);
        return ValueTask.FromResult(result);
    }

    /// <inheritdoc/>
    public override InterceptionResult<object> ScalarExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result)
    {
        SetTenant(command, eventData.Context);
        return result;
    }

    /// <inheritdoc/>
    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        SetTenant(command, eventData.Context);
        return ValueTask.FromResult(result);
    }

    /// <inheritdoc/>
    public override InterceptionResult<int> NonQueryExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        SetTenant(command, eventData.Context);
        return result;
    }

    /// <inheritdoc/>
    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        SetTenant(command, eventData.Context);
        return ValueTask.FromResult(result);
    }

    private static void SetTenant(DbCommand command, DbContext? context)
    {
        if (context is AppDbContext { CurrentTenantId: { } tenantId })
        {
            command.CommandText = SetStatement(tenantId) + command.CommandText;
        }
    }
}
