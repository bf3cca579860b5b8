using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Identity.Keys;
using ProductionReady.Data;

namespace ProductionReady.Api.Identity.Oidc;

/// <summary>
/// The client secrets at the tenant's identity providers, to be wrapped anew. The code verifiers of sign-ins under way are not: they
/// last for minutes.
/// </summary>
internal sealed class TenantClientSecrets(AppDbContext database, OidcSecrets secrets) : ITenantSecrets
{
    public string Name => "client secrets of identity providers";

    public Task<List<WrappedSecret>> PageAsync(Guid after, int count, CancellationToken cancellationToken) => database.OidcProviders.AsNoTracking()
        .Where(provider => provider.Id > after && provider.WrappedClientSecret != null).OrderBy(provider => provider.Id).Take(count)
        .Select(provider => new WrappedSecret(provider.Id, provider.WrappedClientSecret!))
        .ToListAsync(cancellationToken);

    public Task<byte[]?> FindAsync(Guid id, CancellationToken cancellationToken) => database.OidcProviders.AsNoTracking()
        .Where(provider => provider.Id == id).Select(provider => provider.WrappedClientSecret).SingleOrDefaultAsync(cancellationToken);

    public byte[]? Rewrap(WrappedSecret secret) => secrets.RewrapClientSecret(database.CurrentTenantId!.Value, secret.Id, secret.Wrapped);

    public async Task<bool> ReplaceAsync(WrappedSecret secret, byte[] rewrapped, CancellationToken cancellationToken) =>
        await database.OidcProviders.Where(provider => provider.Id == secret.Id && provider.WrappedClientSecret == secret.Wrapped)
            .ExecuteUpdateAsync(provider => provider.SetProperty(row => row.WrappedClientSecret, rewrapped), cancellationToken) == 1;
}
