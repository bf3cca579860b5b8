using Npgsql;

namespace ProductionReady.Worker.Backups.Checks;

/// <summary>Looks for tables of tenants that row-level security does not protect: a leak must not pass as faithfully restored.</summary>
public static class TenantProtection
{
    private const string Unprotected = """
        SELECT format('%I.%I', n.nspname, c.relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
        ORDER BY 1
        """;

    /// <summary>Checks every table of a database.</summary>
    /// <returns>One sentence for each that is not protected.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Unprotected, connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var problems = new List<string>();
        while (await row.ReadAsync(cancellationToken))
        {
            problems.Add($"{row.GetString(0)} belongs to tenants but has no forced row-level security.");
        }

        return problems;
    }
}
