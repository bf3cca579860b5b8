using System.Runtime.CompilerServices;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Worker.Maintenance;

/// <summary>Visits every tenant's id, page by page, over the named way across tenants.</summary>
public sealed class TenantWalk(IServiceScopeFactory scopes)
{
    private const int PageSize = 1000;

    /// <summary>All ids, in id order, read as the caller goes on.</summary>
    public async IAsyncEnumerable<Guid> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Guid? after = null;
        while (await PageAsync(after, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var tenant in page)
            {
                yield return tenant;
            }

            after = page[^1];
        }
    }

    private async Task<List<Guid>> PageAsync(Guid? after, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var directory = scope.ServiceProvider.GetRequiredService<TenantDirectory>();
        return await directory.ListAfterAsync(after, PageSize, cancellationToken);
    }
}
