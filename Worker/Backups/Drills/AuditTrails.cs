using Npgsql;
using ProductionReady.Data.Audit;

namespace ProductionReady.Worker.Backups.Drills;

/// <summary>Verifies every audit trail of a recovered database, as <c>audit verify</c> does on the live one.</summary>
internal static class AuditTrails
{
    private const string Tenants = "SELECT coalesce(array_agg(tenant_id ORDER BY tenant_id), '{}') FROM audit_chains";

    public static async Task<IReadOnlyList<string>> CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Tenants, connection);
        var problems = new List<string>();
        foreach (var tenant in (Guid[])(await command.ExecuteScalarAsync(cancellationToken))!)
        {
            var found = await AuditVerifier.VerifyAsync(connection, tenant, after: 0, limit: null, anchor: null, cancellationToken);
            if (found.Break is { } broken)
            {
                problems.Add($"The audit trail of tenant {tenant} is broken at entry {broken.Seq}: {broken.Sentence}");
            }
        }

        return problems;
    }
}
