using System.Data;
using Npgsql;
using ProductionReady.Data;
using ProductionReady.Data.Placement;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Worker.Backups.OneTenant;

/// <summary>Shows what bringing a tenant back would do, and does it.</summary>
public sealed class TenantRestore(
    RestorableTenants tenants, TenantGate gate, DirectoryMirror mirror, IServiceScopeFactory scopes, IConfiguration configuration)
{
    /// <summary>The differences between then and now; changes nothing, and works with the Worker's own rights.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="recovered">An administrator's connection to a database of the recovered server.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BackupProblemException">It cannot be brought back to then.</exception>
    public async Task<IReadOnlyList<TableDifference>> CompareAsync(
        RestorableTenant tenant, Func<string, NpgsqlConnectionStringBuilder> recovered, CancellationToken cancellationToken)
    {
        var (then, now) = await OpenAsync(tenant, recovered, ResourceNames.WorkerDatabase, cancellationToken);
        await using var _ = then.Connection;
        await using var __ = now.Connection;
        await using var reading = await then.BeginAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using var present = await now.BeginAsync(IsolationLevel.RepeatableRead, cancellationToken);
        return await new TenantDifference(then, now).CompareAsync(await TablesAsync(then, now, cancellationToken), cancellationToken);
    }

    /// <summary>Compares anew and brings the tenant back, in one transaction that ends with an entry in its audit trail.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="recovered">As in <see cref="CompareAsync"/>.</param>
    /// <param name="order">What is recorded.</param>
    /// <param name="cancellationToken">Ends the work; nothing has happened then.</param>
    /// <exception cref="BackupProblemException">It must not be, or there is no administrator's connection to do it with.</exception>
    public async Task<IReadOnlyList<TableDifference>> ApplyAsync(
        RestorableTenant tenant, Func<string, NpgsqlConnectionStringBuilder> recovered, RestoreOrder order, CancellationToken cancellationToken)
    {
        var (then, now) = await OpenAsync(tenant, recovered, ResourceNames.AppDatabase, cancellationToken);
        await using var _ = then.Connection;
        await using var __ = now.Connection;
        var tables = await TablesAsync(then, now, cancellationToken);
        var restoration = new TenantRestoration(then, now, () => tenants.RefuseBuriedAsync(tenant.Id, tenant.Named, cancellationToken));
        if (tenant.Database is null)
        {
            return await restoration.ApplyAsync(
                tables,
                async done =>
                {
                    await RestoreRecord.AppendAsync(now.Connection, tenant.Id, tenant.Id, order, done);
                    await RestoreRecord.ConcludeAsync(now.Connection, tenant.Id, order, done);
                },
                cancellationToken);
        }

        var differences = await restoration.ApplyAsync(
            tables, done => RestoreRecord.AppendAsync(now.Connection, tenant.Id, tenant.Id, order, done), cancellationToken);
        await ConcludeAtHomeAsync(tenant, order, differences);
        return differences;
    }

    /// <summary>The tenant has been brought back in its own database: what home knows of it follows, and is not to undo that.</summary>
    private async Task ConcludeAtHomeAsync(RestorableTenant tenant, RestoreOrder order, IReadOnlyList<TableDifference> done)
    {
        try
        {
            await gate.EnterAsync(tenant.Id, CancellationToken.None);
            try
            {
                await mirror.RefreshAsync(tenant.Id);
            }
            finally
            {
                gate.Leave(tenant.Id);
            }

            await using var home = await ConnectAsync(ResourceNames.AppDatabase, null, CancellationToken.None);
            await using var transaction = await home.BeginTransactionAsync(CancellationToken.None);
            await RestoreRecord.ConcludeAsync(home, tenant.Id, order, done);
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception failure) when (failure is NpgsqlException or TenantMovingException)
        {
            throw new BackupProblemException(
                $"The tenant was brought back and its own audit trail says so, but the platform's records were not written: {failure.Message}", failure);
        }
    }

    /// <summary>Refuses early what could not be applied.</summary>
    /// <exception cref="BackupProblemException">There is no administrator's connection.</exception>
    public void RequireAdministrator() => ConnectionString(ResourceNames.AppDatabase);

    private async Task<(RestoreSide Then, RestoreSide Now)> OpenAsync(
        RestorableTenant tenant, Func<string, NpgsqlConnectionStringBuilder> recovered, string role, CancellationToken cancellationToken)
    {
        var now = await ConnectAsync(role, tenant.Database, cancellationToken);
        try
        {
            var home = new NpgsqlConnectionStringBuilder(ConnectionString(role)).Database!;
            var then = await RecoveredTenant.OpenAsync(recovered, home, tenant, cancellationToken);
            return (then, new RestoreSide(now, tenant.Id, IsAdministrator: role == ResourceNames.AppDatabase));
        }
        catch
        {
            await now.DisposeAsync();
            throw;
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync(string role, string? database, CancellationToken cancellationToken)
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString(role)) { Pooling = false };
        builder.Database = database ?? builder.Database;
        var connection = new NpgsqlConnection(builder.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private string ConnectionString(string name) => configuration.GetConnectionString(name) is { Length: > 0 } text
        ? text
        : throw new BackupProblemException($"Set ConnectionStrings:{name} to an administrator's connection to the live database: a service must not do this.");

    private async Task<IReadOnlyList<RestoredTable>> TablesAsync(RestoreSide then, RestoreSide now, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await RestoredTable.ReadAsync(scope.ServiceProvider.GetRequiredService<AppDbContext>().Model, then, now, cancellationToken);
    }
}
