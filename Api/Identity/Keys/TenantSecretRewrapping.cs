using System.Security.Cryptography;
using ProductionReady.Api.Platform;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>
/// Wraps with the present key encryption key what tenants have and a former one wrapped. It visits one tenant after the other, each in
/// a scope of its own under its row-level security, and learns of them by the function that the operators' list of tenants comes from,
/// in a scope of the platform: the Api's role gets no further right for it.
/// </summary>
public sealed partial class TenantSecretRewrapping(IServiceScopeFactory scopes, ILogger<TenantSecretRewrapping> logger)
{
    private const int PageSize = 500;

    /// <summary>
    /// Goes through all tenants, whatever their state. Each secret is a change of its own, so that nobody waits for this; when it breaks
    /// off, it can be begun anew.
    /// </summary>
    /// <returns>What became of each kind of secret, by its name.</returns>
    public async Task<IReadOnlyDictionary<string, RewrapCount>> RunAsync(CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, RewrapCount>(StringComparer.Ordinal);
        Guid? after = null;
        while (await TenantsAsync(after, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var tenant in page)
            {
                await using var scope = await ScopeOfAsync(tenant, cancellationToken);
                foreach (var secrets in scope.ServiceProvider.GetServices<ITenantSecrets>())
                {
                    counts[secrets.Name] = await RunAsync(tenant, secrets, counts.GetValueOrDefault(secrets.Name, RewrapCount.None), cancellationToken);
                }
            }

            after = page[^1];
        }

        return counts;
    }

    private async Task<RewrapCount> RunAsync(Guid tenant, ITenantSecrets secrets, RewrapCount count, CancellationToken cancellationToken)
    {
        var after = Guid.Empty;
        while (await secrets.PageAsync(after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var secret in page)
            {
                count = await RewrapAsync(tenant, secrets, secret, count, cancellationToken);
            }

            after = page[^1].Id;
        }

        return count;
    }

    /// <summary>Who changes the secret meanwhile wins, and what he stored is looked at.</summary>
    private async Task<RewrapCount> RewrapAsync(
        Guid tenant, ITenantSecrets secrets, WrappedSecret secret, RewrapCount count, CancellationToken cancellationToken)
    {
        for (byte[]? wrapped = secret.Wrapped; wrapped is not null; wrapped = await secrets.FindAsync(secret.Id, cancellationToken))
        {
            var stored = secret with { Wrapped = wrapped };
            try
            {
                if (secrets.Rewrap(stored) is not { } rewrapped)
                {
                    return count with { UpToDate = count.UpToDate + 1 };
                }

                if (await secrets.ReplaceAsync(stored, rewrapped, cancellationToken))
                {
                    return count with { Rewrapped = count.Rewrapped + 1 };
                }
            }
            catch (CryptographicException)
            {
                LogForeign(secrets.Name, secret.Id, tenant);
                return count with { Foreign = count.Foreign + 1 };
            }
        }

        return count;
    }

    private async Task<List<Guid>> TenantsAsync(Guid? after, CancellationToken cancellationToken)
    {
        await using var scope = await ScopeOfAsync(PlatformTenant.Id, cancellationToken);
        var page = await scope.ServiceProvider.GetRequiredService<PlatformTenants>().PageAsync(null, null, after, PageSize, cancellationToken);
        return [.. page.Select(tenant => tenant.Id)];
    }

    private async Task<AsyncServiceScope> ScopeOfAsync(Guid tenant, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        try
        {
            await scope.ServiceProvider.GetRequiredService<TenantContext>().EnterAsync(tenant, cancellationToken);
            return scope;
        }
        catch
        {
            await scope.DisposeAsync();
            throw;
        }
    }

    [LoggerMessage(LogLevel.Warning, "No key opens one of the {Kind}: {Id} of tenant {TenantId}")]
    private partial void LogForeign(string kind, Guid id, Guid tenantId);
}
