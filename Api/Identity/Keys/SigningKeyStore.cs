using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Api.Json;
using ProductionReady.Data;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>The signing keys in the database, shared by all instances of the Api.</summary>
public sealed class SigningKeyStore(AppDbContext database, KeyWrapping wrapping, TimeProvider time)
{
    /// <summary>Held while keys are made, so that of instances that find one missing together one makes it, and not several.</summary>
    private const long KeysLock = 0x5052_6b65_7973;

    /// <summary>All keys that are not retired, the newest first; makes the first one when there is none.</summary>
    public async Task<List<SigningKey>> LoadAsync(CancellationToken cancellationToken)
    {
        var keys = await LivingAsync(cancellationToken);
        return keys.Count > 0 ? keys : await CreateFirstAsync(cancellationToken);
    }

    /// <summary>The same, without making one.</summary>
    public Task<List<SigningKey>> LivingAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return All().Where(key => key.RetiresAt == null || key.RetiresAt > now).ToListAsync(cancellationToken);
    }

    /// <summary>Every key there ever was, the newest first.</summary>
    public IQueryable<SigningKey> All() => database.SigningKeys.AsNoTracking()
        .Where(key => key.Algorithm == CompactJws.Algorithm)
        .OrderByDescending(key => key.ActivatedAt).ThenByDescending(key => key.CreatedAt);

    /// <summary>Whoever makes keys or wraps them anew does so inside, and nobody else at the same time.</summary>
    public async Task<TResult> AloneAsync<TResult>(Func<Task<TResult>> work, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({KeysLock})", cancellationToken);
        var result = await work();
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <summary>Makes a key that signs from a time on.</summary>
    public async Task<SigningKey> AddAsync(DateTimeOffset activatesAt, CancellationToken cancellationToken)
    {
        var (pair, publicKey) = SigningKeyPair.Create();
        var key = new SigningKey
        {
            Kid = pair.Kid,
            Algorithm = CompactJws.Algorithm,
            PublicKey = publicKey,
            WrappedPrivateKey = wrapping.Wrap(pair.Kid, pair.Pkcs8),
            CreatedAt = time.NowToStore(),
            ActivatedAt = activatesAt,
        };
        database.SigningKeys.Add(key);
        await database.SaveChangesAsync(cancellationToken);
        return key;
    }

    private Task<List<SigningKey>> CreateFirstAsync(CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            var keys = await LivingAsync(cancellationToken);
            return keys.Count > 0 ? keys : [await AddAsync(time.NowToStore(), cancellationToken)];
        },
        cancellationToken);
}
