using System.Data;
using Npgsql;
using ProductionReady.Data.Schema;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Worker.Backups.OneTenant;

/// <summary>
/// A database that holds the tenant, then or now, with a connection to it. Its rows are read and written as a role that row-level security
/// binds, so that no other tenant's row can be met.
/// </summary>
/// <param name="Connection">Open.</param>
/// <param name="TenantId">The tenant.</param>
/// <param name="IsAdministrator">Whether the connection is an administrator's, who can become the tables' owner, and not a service's.</param>
public sealed record RestoreSide(NpgsqlConnection Connection, Guid TenantId, bool IsAdministrator)
{
    /// <summary>Begins a transaction that sees the tenant.</summary>
    public async Task<NpgsqlTransaction> BeginAsync(IsolationLevel isolation, CancellationToken cancellationToken)
    {
        var transaction = await Connection.BeginTransactionAsync(isolation, cancellationToken);
        await Connection.RunAsync($"SET LOCAL search_path = public; SET LOCAL {TenantCommandInterceptor.Setting} = '{TenantId:D}'", cancellationToken);
        await AsOwnerAsync(cancellationToken);
        return transaction;
    }

    /// <summary>Becomes the owner of the tables, whom row-level security shows this tenant's rows alone; a service is shown no others anyway.</summary>
    public Task AsOwnerAsync(CancellationToken cancellationToken) =>
        IsAdministrator ? Connection.RunAsync($"SET LOCAL ROLE {DatabaseRoles.Owner}", cancellationToken) : Task.CompletedTask;

    /// <summary>Becomes the administrator again, for what is no tenant's row.</summary>
    public Task AsAdministratorAsync(CancellationToken cancellationToken) => Connection.RunAsync("SET LOCAL ROLE NONE", cancellationToken);

    /// <summary>Makes an empty table that lives as long as the transaction and that the owner may read.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="columns">Names and types.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task StageAsync(string name, string columns, CancellationToken cancellationToken)
    {
        await AsAdministratorAsync(cancellationToken);
        await Connection.RunAsync($"CREATE TEMPORARY TABLE {name} ({columns}) ON COMMIT DROP; GRANT SELECT ON {name} TO {DatabaseRoles.Owner}", cancellationToken);
    }

    /// <summary>Copies what a query of this side answers into a table of the other that was just staged.</summary>
    public async Task CopyAsync(string query, RestoreSide other, string staged, CancellationToken cancellationToken)
    {
        await using (var from = await Connection.BeginRawBinaryCopyAsync($"COPY ({query}) TO STDOUT (FORMAT BINARY)", cancellationToken))
        await using (var to = await other.Connection.BeginRawBinaryCopyAsync($"COPY {staged} FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            await from.CopyToAsync(to, cancellationToken);
        }

        await other.Connection.RunAsync($"ANALYZE {staged}", cancellationToken);
        await other.AsOwnerAsync(cancellationToken);
    }
}
