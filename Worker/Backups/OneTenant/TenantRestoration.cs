using System.Data;
using System.Globalization;
using Npgsql;
using ProductionReady.Data.Schema;

namespace ProductionReady.Worker.Backups.OneTenant;

/// <summary>
/// Brings one tenant back, in one transaction of the database where it lives. The tenant's own writers are refused meanwhile, as in the last
/// moment of a move, and try again; nobody else notices.
/// </summary>
/// <param name="then">An administrator's connection to the recovered database.</param>
/// <param name="now">An administrator's connection to the live one.</param>
/// <param name="buried">Refuses a tenant that is being erased, when the tenant's row is held.</param>
public sealed class TenantRestoration(RestoreSide then, RestoreSide now, Func<Task> buried)
{
    /// <summary>How long transactions of the tenant that are under way may take to end.</summary>
    private static readonly TimeSpan WritersEndWithin = TimeSpan.FromSeconds(15);

    /// <summary>Compares and applies; nothing has happened unless this returns.</summary>
    /// <param name="tables">What comes back.</param>
    /// <param name="conclude">Runs in the transaction, as the administrator, right before the commit.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="BackupProblemException">It must not be, or could not be done.</exception>
    public async Task<IReadOnlyList<TableDifference>> ApplyAsync(
        IReadOnlyList<RestoredTable> tables, Func<IReadOnlyList<TableDifference>, Task> conclude, CancellationToken cancellationToken)
    {
        await using var writing = await now.BeginAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await KeepWritersOutAsync(cancellationToken);
        await using var reading = await then.BeginAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var differences = await new TenantDifference(then, now).CompareAsync(tables, cancellationToken);
        try
        {
            foreach (var table in tables)
            {
                await StageAsync(table, cancellationToken);
                await DeleteAsync(table, cancellationToken);
            }

            foreach (var table in tables.Reverse())
            {
                await WriteAsync(table, cancellationToken);
            }
        }
        catch (PostgresException refused) when (refused.SqlState.StartsWith("23", StringComparison.Ordinal))
        {
            throw new BackupProblemException($"The rows of then do not fit those of now ({refused.MessageText}); nothing was changed.", refused);
        }

        await now.Connection.RunAsync($"UPDATE contact_allowances SET bound = NULL WHERE tenant_id = '{now.TenantId:D}'", cancellationToken);
        await now.AsAdministratorAsync(cancellationToken);
        await conclude(differences);
        await writing.CommitAsync(cancellationToken);
        return differences;
    }

    private async Task KeepWritersOutAsync(CancellationToken cancellationToken)
    {
        try
        {
            await now.Connection.RunAsync(
                string.Create(CultureInfo.InvariantCulture, $"""
                    SET LOCAL lock_timeout = {(int)WritersEndWithin.TotalMilliseconds};
                    SELECT pg_advisory_xact_lock({PlacementLocks.Writing}, uuid_hash('{now.TenantId:D}'));
                    SELECT FROM tenants WHERE id = '{now.TenantId:D}' FOR UPDATE
                    """),
                cancellationToken);
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new BackupProblemException(
                $"Transactions of the tenant did not end within {WritersEndWithin.TotalSeconds:0} s, or it is being moved; nothing was changed.", busy);
        }

        // Asked anew, after the lock: a move or an erasure may just have ended.
        await now.AsAdministratorAsync(cancellationToken);
        var fenced = await now.Connection.ReadAsync("SELECT 1 FROM tenant_placements WHERE id = $1 AND fenced", _ => true, cancellationToken, now.TenantId);
        if (fenced.Count > 0)
        {
            throw new BackupProblemException("The tenant has just moved to another database; nothing was changed, repeat the command.");
        }

        await buried();
        await now.AsOwnerAsync(cancellationToken);
    }

    private async Task StageAsync(RestoredTable table, CancellationToken cancellationToken)
    {
        foreach (var (what, query) in new[] { ("added", TenantDifference.AddedRows(table)), ("changed", TenantDifference.ChangedRows(table)) })
        {
            await now.StageAsync(Staged(what, table), table.Typed(table.Columns.Keys), cancellationToken);
            await then.CopyAsync(query, now, Staged(what, table), cancellationToken);
        }

        await now.StageAsync(Staged("gone", table), table.Typed(table.Key), cancellationToken);
        await then.CopyAsync(TenantDifference.GoneKeys(table), now, Staged("gone", table), cancellationToken);
    }

    private async Task DeleteAsync(RestoredTable table, CancellationToken cancellationToken)
    {
        await DeleteAsync(table, "gone", cancellationToken);
        if (IsReplaced(table))
        {
            // And written again below, so that rows may exchange what must be unique.
            await DeleteAsync(table, "changed", cancellationToken);
        }
    }

    private Task DeleteAsync(RestoredTable table, string what, CancellationToken cancellationToken) => now.Connection.RunAsync(
        $"DELETE FROM {table.Name} present USING {Staged(what, table)} staged WHERE present.{table.Owner} = '{now.TenantId:D}' AND {table.SameKey("present", "staged")}",
        cancellationToken);

    private async Task WriteAsync(RestoredTable table, CancellationToken cancellationToken)
    {
        var columns = string.Join(", ", table.Columns.Keys);
        if (IsReplaced(table))
        {
            await now.Connection.RunAsync($"INSERT INTO {table.Name} ({columns}) SELECT {columns} FROM {Staged("changed", table)}", cancellationToken);
        }
        else if (table.Restored.Count > 0)
        {
            var touched = table.Rule is TenantRestoreRule.Some && table.Columns.ContainsKey("updated_at") ? ", updated_at = now()" : "";
            await now.Connection.RunAsync(
                $"""
                UPDATE {table.Name} present SET {string.Join(", ", table.Restored.Select(column => $"{column} = staged.{column}"))}{touched}
                FROM {Staged("changed", table)} staged WHERE present.{table.Owner} = '{now.TenantId:D}' AND {table.SameKey("present", "staged")}
                """,
                cancellationToken);
        }

        var given = table.Added?.With.ToDictionary(pair => table.ColumnOf[pair.Key], pair => pair.Value) ?? [];
        await now.Connection.RunAsync(
            $"INSERT INTO {table.Name} ({columns}) SELECT {string.Join(", ", table.Columns.Keys.Select(column => given.GetValueOrDefault(column, $"recovered.{column}")))} FROM {Staged("added", table)} recovered",
            cancellationToken);
    }

    /// <summary>Rows that others point to are changed in place: they would take those along.</summary>
    private static bool IsReplaced(RestoredTable table) => table is { Rule: TenantRestoreRule.Whole, IsReferenced: false, HasNewColumns: false };

    private static string Staged(string what, RestoredTable table) => $"pg_temp.{what}_{table.Name}";
}
