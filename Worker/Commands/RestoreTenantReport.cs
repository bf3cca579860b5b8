using System.Globalization;
using ProductionReady.Worker.Backups.OneTenant;

namespace ProductionReady.Worker.Commands;

/// <summary>What <c>restore-tenant</c> prints on standard output.</summary>
internal static class RestoreTenantReport
{
    public static async Task WriteAsync(
        RestorableTenant tenant, RestoreOrder order, IReadOnlyList<TableDifference> differences, bool done, TextWriter output)
    {
        await output.WriteLineAsync($"Tenant {tenant.Named} ({tenant.Id}) as of {order.To}:");
        await output.WriteLineAsync(Row("TABLE", "ADD", "CHANGE", "DELETE"));
        foreach (var table in differences)
        {
            await output.WriteLineAsync(Row(table.Table, table.Add, table.Change, table.Delete));
        }

        await output.WriteLineAsync("Sessions, passwords, keys, roles and the audit trail stay as they are now; users who come back are disabled.");
        await output.WriteLineAsync(done
            ? "The tenant was brought back in one transaction; its audit trail says so."
            : "Nothing was changed. Repeat with --confirm to bring the tenant back.");
    }

    private static string Row(params object[] columns) => string.Format(CultureInfo.InvariantCulture, "{0,-24}  {1,10}  {2,10}  {3,10}", columns);
}
