using System.Runtime.CompilerServices;
using Npgsql;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Worker.Maintenance;

/// <summary>
/// Walks all tenants' ids through <c>tenant_ids_after</c>, the named path for cross-tenant work: ids and nothing else.
/// </summary>
public sealed class TenantDirectory([FromKeyedServices(ResourceNames.WorkerDatabase)] NpgsqlDataSource database)
{
    private const int PageSize = 1000;

    public async IAsyncEnumerable<Guid> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = Guid.Empty;
        while (await PageAsync(after, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var tenant in page)
            {
                yield return tenant;
            }

            after = page[^1];
        }
    }

    private async Task<List<Guid>> PageAsync(Guid after, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT tenant FROM tenant_ids_after($1, $2) AS tenant ORDER BY tenant");
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(PageSize);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var page = new List<Guid>(PageSize);
        while (await reader.ReadAsync(cancellationToken))
        {
            page.Add(reader.GetGuid(0));
        }

        return page;
    }
}
