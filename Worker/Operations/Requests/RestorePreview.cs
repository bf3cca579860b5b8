using System.Text.Json.Nodes;
using ProductionReady.Worker.Backups.OneTenant;

namespace ProductionReady.Worker.Operations.Requests;

/// <summary>Recovers beside the live server, and says what bringing one tenant back would change.</summary>
public sealed class RestorePreview(RestorableTenants tenants, TenantRecovery recovery, TenantRestore restore)
{
    /// <summary>Compares; changes nothing.</summary>
    /// <returns>The point that was reached, and rows to add, change and delete by table.</returns>
    public async Task<JsonObject> RunAsync(Guid tenantId, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var tenant = await tenants.FindAsync(tenantId.ToString(), cancellationToken);
        await using var server = await recovery.RecoverAsync(to, progress: null, cancellationToken);
        var differences = await restore.CompareAsync(tenant, server.Connection, cancellationToken);
        return new JsonObject
        {
            ["baseBackup"] = server.BaseId,
            ["lsn"] = server.Point.Lsn.ToString(),
            ["lastCommit"] = server.Point.LastCommit,
            ["tables"] = new JsonArray([.. differences.Select(table => new JsonObject
            {
                ["table"] = table.Table, ["add"] = table.Add, ["change"] = table.Change, ["delete"] = table.Delete,
            })]),
        };
    }
}
