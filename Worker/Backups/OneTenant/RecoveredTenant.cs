using Npgsql;

namespace ProductionReady.Worker.Backups.OneTenant;

/// <summary>Opens a tenant's side in a recovered server, in the database where it lived then.</summary>
public static class RecoveredTenant
{
    private const string LivedIn = "SELECT database FROM public.tenant_placements WHERE id = $1 AND database IS NOT NULL";

    /// <summary>Opens it.</summary>
    /// <param name="connect">An administrator's connection to a database of the recovered server.</param>
    /// <param name="home">Name of the shared database.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BackupProblemException">The tenant was not there then.</exception>
    public static async Task<RestoreSide> OpenAsync(
        Func<string, NpgsqlConnectionStringBuilder> connect, string home, RestorableTenant tenant, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connect(home).ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            var placed = await connection.ReadAsync("SELECT to_regclass('public.tenant_placements') IS NOT NULL", row => row.GetBoolean(0), cancellationToken);
            var own = placed.Single() ? await connection.ReadAsync(LivedIn, row => row.GetString(0), cancellationToken, tenant.Id) : [];
            if (own is [var database])
            {
                await connection.DisposeAsync();
                connection = new NpgsqlConnection(connect(database).ConnectionString);
                await connection.OpenAsync(cancellationToken);
            }

            // Without this all that the tenant has would be what it did not have then, and be deleted.
            return (await connection.ReadAsync("SELECT 1 FROM public.tenants WHERE id = $1", _ => true, cancellationToken, tenant.Id)).Count == 1
                ? new RestoreSide(connection, tenant.Id, IsAdministrator: true)
                : throw new BackupProblemException($"The tenant '{tenant.Named}' was not there yet at that time; nothing was changed.");
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
