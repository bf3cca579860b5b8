using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Identity.Keys;
using ProductionReady.Data;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>The shared secrets of the tenant's authenticator apps, to be wrapped anew.</summary>
internal sealed class TenantSecondFactors(AppDbContext database, SecondFactorSecrets secrets) : ITenantSecrets
{
    public string Name => "second factors";

    public Task<List<WrappedSecret>> PageAsync(Guid after, int count, CancellationToken cancellationToken) => database.SecondFactors.AsNoTracking()
        .Where(factor => factor.UserId > after).OrderBy(factor => factor.UserId).Take(count)
        .Select(factor => new WrappedSecret(factor.UserId, factor.WrappedSecret))
        .ToListAsync(cancellationToken);

    public Task<byte[]?> FindAsync(Guid id, CancellationToken cancellationToken) => database.SecondFactors.AsNoTracking()
        .Where(factor => factor.UserId == id).Select(factor => (byte[]?)factor.WrappedSecret).SingleOrDefaultAsync(cancellationToken);

    public byte[]? Rewrap(WrappedSecret secret) => secrets.Rewrap(database.CurrentTenantId!.Value, secret.Id, secret.Wrapped);

    public async Task<bool> ReplaceAsync(WrappedSecret secret, byte[] rewrapped, CancellationToken cancellationToken) =>
        await database.SecondFactors.Where(factor => factor.UserId == secret.Id && factor.WrappedSecret == secret.Wrapped)
            .ExecuteUpdateAsync(factor => factor.SetProperty(row => row.WrappedSecret, rewrapped), cancellationToken) == 1;
}
