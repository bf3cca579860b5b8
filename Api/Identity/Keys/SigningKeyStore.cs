using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>The signing keys in the database, shared by all instances of the Api.</summary>
public sealed class SigningKeyStore(AppDbContext database, KeyWrapping wrapping, TimeProvider time)
{
    /// <summary>Held while the first key is made, so that instances that start together make one and not several.</summary>
    private const long FirstKeyLock = 0x5052_6b65_7973;

    /// <summary>All keys that are not retired, the newest first; makes the first one when there is none.</summary>
    public async Task<List<SigningKey>> LoadAsync(CancellationToken cancellationToken)
    {
        var keys = await CurrentAsync(cancellationToken);
        return keys.Count > 0 ? keys : await CreateFirstAsync(cancellationToken);
    }

    private Task<List<SigningKey>> CurrentAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.SigningKeys.AsNoTracking()
            .Where(key => key.Algorithm == CompactJws.Algorithm && (key.RetiresAt == null || key.RetiresAt > now))
            .OrderByDescending(key => key.ActivatedAt)
            .ToListAsync(cancellationToken);
    }

    private async Task<List<SigningKey>> CreateFirstAsync(CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({FirstKeyLock})", cancellationToken);
        var keys = await CurrentAsync(cancellationToken);
        if (keys.Count == 0)
        {
            var (pair, publicKey) = SigningKeyPair.Create();
            var key = new SigningKey
            {
                Kid = pair.Kid,
                Algorithm = CompactJws.Algorithm,
                PublicKey = publicKey,
                WrappedPrivateKey = wrapping.Wrap(pair.Kid, pair.Pkcs8),
                CreatedAt = time.GetUtcNow(),
                ActivatedAt = time.GetUtcNow(),
            };
            database.SigningKeys.Add(key);
            await database.SaveChangesAsync(cancellationToken);
            keys.Add(key);
        }

        await transaction.CommitAsync(cancellationToken);
        return keys;
    }
}
