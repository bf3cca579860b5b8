using System.Data;
using Npgsql;
using ProductionReady.Data.Schema;
using ProductionReady.Data.Tenancy;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Placing;

/// <summary>A database that a tenant leaves or goes to, with the administrator's connection to it.</summary>
/// <param name="Name">Name of the tenant's own database; <see langword="null"/> for home.</param>
/// <param name="Connection">Open; home's belongs to the run, any other to this side.</param>
/// <param name="TenantId">The tenant.</param>
internal sealed record TenantSide(string? Name, NpgsqlConnection Connection, Guid TenantId) : IAsyncDisposable
{
    /// <summary>Whether it is the shared database.</summary>
    public bool IsHome => Name is null;

    /// <summary>
    /// Begins a transaction in which texts of rows look alike on both sides. What is written in it is written as it came: foreign keys and
    /// triggers are not asked again, for the comparison asks more.
    /// </summary>
    public async Task<NpgsqlTransaction> BeginAsync(IsolationLevel isolation, CancellationToken cancellationToken)
    {
        var transaction = await Connection.BeginTransactionAsync(isolation, cancellationToken);
        await Connection.ExecuteAsync(
            $"""
            SET LOCAL session_replication_role = replica; SET LOCAL search_path = public; SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO';
            SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex';
            SET LOCAL {TenantCommandInterceptor.Setting} = '{TenantId:D}'; SET LOCAL ROLE {DatabaseRoles.Owner}
            """,
            cancellationToken);
        return transaction;
    }

    /// <summary>Becomes the owner of the tables, whom row-level security shows this tenant's rows alone.</summary>
    public Task AsOwnerAsync(CancellationToken cancellationToken) =>
        Connection.ExecuteAsync($"SET LOCAL ROLE {DatabaseRoles.Owner}", cancellationToken);

    /// <summary>Becomes the administrator again, for what is no tenant's row.</summary>
    public Task AsAdministratorAsync(CancellationToken cancellationToken) => Connection.ExecuteAsync("SET LOCAL ROLE NONE", cancellationToken);

    public ValueTask DisposeAsync() => IsHome ? ValueTask.CompletedTask : Connection.DisposeAsync();
}
