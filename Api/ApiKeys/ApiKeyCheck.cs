using System.Collections.Concurrent;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data.Placement;

namespace ProductionReady.Api.ApiKeys;

/// <summary>
/// Whether an API key may be used. The database finds it once; after that this process remembers it for as long as
/// <see cref="RevocationMemory"/> knows that neither the key nor its tenant was refused, looking at its expiry on every use. What
/// is not remembered, or not certain, the database decides: a key that is refused always costs that one statement.
/// </summary>
public sealed class ApiKeyCheck(ApiKeyLookup lookup, TenantGate gate, RevocationMemory revocations, ApiKeyUses uses, TimeProvider time)
{
    /// <summary>
    /// How long a key is remembered at most. It must be less than revocations are (<see cref="SessionEnding.TokensLiveFor"/>), or a key
    /// that nobody used for so long would be good again.
    /// </summary>
    public static readonly TimeSpan RememberFor = TimeSpan.FromMinutes(5);

    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<ApiKeyHash, KnownApiKey> _known = new();

    /// <summary>The key, or null when it is not one that may be used. Why is not told. The key's tenant must have been entered.</summary>
    public async ValueTask<KnownApiKey?> FindAsync(SecretToken token, CancellationToken cancellationToken)
    {
        var hash = token.Hash();
        var name = ApiKeyHash.Of(hash);
        if (!_known.TryGetValue(name, out var key) || !IsStillGood(key))
        {
            key = await lookup.FindAsync(token.TenantId, hash, cancellationToken);
            Remember(name, key);
        }

        if (key is not null)
        {
            uses.Note(key.Principal);
        }

        return key;
    }

    private bool IsStillGood(KnownApiKey key)
    {
        var database = gate.PoolOf(key.Principal.TenantId).Database;
        return time.GetElapsedTime(key.AskedAt) < RememberFor
            && (key.ExpiresAt is null || key.ExpiresAt > time.GetUtcNow())
            && revocations.Look(key.Principal, database) == RevocationState.Good
            && revocations.Look(key.Principal.TenantId, database) == RevocationState.Good;
    }

    private void Remember(ApiKeyHash name, KnownApiKey? key)
    {
        if (key is null)
        {
            _known.TryRemove(name, out _);
            return;
        }

        // Only good keys get here, so nobody fills this from outside.
        if (_known.Count >= MostRemembered)
        {
            _known.Clear();
        }

        _known[name] = key;
    }
}
