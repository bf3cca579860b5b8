using System.Collections.Frozen;
using System.Security.Cryptography;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>
/// The keys as this process knows them. They are read at start, again every <see cref="RefreshEvery"/>, and when a token names
/// a key that is not known, though not more often than every five seconds: invented ids must not become load on the database.
/// A key counts only when its private half opens with the key encryption key and fits: whoever can write to the table, but
/// does not have that secret, cannot plant a key of his own and sign tokens with it.
/// </summary>
public sealed partial class SigningKeyRing(
    IServiceScopeFactory scopes, KeyWrapping wrapping, TimeProvider time, ILogger<SigningKeyRing> logger) : IVerificationKeys, IDisposable
{
    /// <summary>How soon at the latest a key that another instance added or retired is noticed here.</summary>
    public static readonly TimeSpan RefreshEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LoadAtMostEvery = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile Ring? _ring;

    /// <inheritdoc/>
    public async ValueTask<VerificationKey?> FindAsync(string kid, CancellationToken cancellationToken)
    {
        if (_ring is { } ring && ring.Public.TryGetValue(kid, out var key))
        {
            return key;
        }

        return (await LoadAsync(LoadAtMostEvery, cancellationToken)).Public.GetValueOrDefault(kid);
    }

    /// <inheritdoc/>
    public bool IsAccepted(string kid) =>
        _ring is { } ring && ring.Public.TryGetValue(kid, out var key) && !(key.RetiresAt <= time.GetUtcNow());

    /// <summary>The key that signs now: the newest one that is active.</summary>
    public async ValueTask<SigningKeyPair> CurrentAsync(CancellationToken cancellationToken) =>
        (_ring ?? await LoadAsync(LoadAtMostEvery, cancellationToken)).Current;

    /// <summary>The published key set.</summary>
    public async ValueTask<JsonWebKeySet> KeySetAsync(CancellationToken cancellationToken)
    {
        var ring = _ring ?? await LoadAsync(LoadAtMostEvery, cancellationToken);
        return new JsonWebKeySet([.. ring.Public.Values.Select(key => JsonWebKey.Of(key.Kid, key.Parameters()))]);
    }

    /// <summary>Reads the keys from the database.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken) => await LoadAsync(TimeSpan.Zero, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _loading.Dispose();

    private async Task<Ring> LoadAsync(TimeSpan maxAge, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            return _ring is { } loaded && time.GetElapsedTime(loaded.LoadedAt) < maxAge
                ? loaded
                : _ring = await ReadAsync(cancellationToken);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <exception cref="CryptographicException">The key encryption key is not the one that any of the signing keys was wrapped with.</exception>
    private async Task<Ring> ReadAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var stored = await scope.ServiceProvider.GetRequiredService<SigningKeyStore>().LoadAsync(cancellationToken);
        List<SigningKey> keys = [.. stored.Where(IsGenuine)];
        if (keys.Count == 0)
        {
            throw new CryptographicException("No signing key opens with this key encryption key.");
        }

        foreach (var foreign in stored.Except(keys))
        {
            LogForeign(foreign.Kid);
        }

        var now = time.GetUtcNow();
        var current = keys.FirstOrDefault(key => key.ActivatedAt <= now) ?? keys[^1];
        return new Ring(
            keys.ToFrozenDictionary(key => key.Kid, key => new VerificationKey(key.Kid, key.PublicKey, key.RetiresAt), StringComparer.Ordinal),
            new SigningKeyPair(current.Kid, wrapping.Unwrap(current.Kid, current.WrappedPrivateKey)),
            time.GetTimestamp());
    }

    private bool IsGenuine(SigningKey key)
    {
        try
        {
            return new SigningKeyPair(key.Kid, wrapping.Unwrap(key.Kid, key.WrappedPrivateKey)).Matches(key.PublicKey);
        }
        catch (CryptographicException)
        {
            // A key that does not open is as foreign as one that does not fit; whoever asks reports it.
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "Signing key {Kid} was not made with this key encryption key; what it signed is not accepted")]
    private partial void LogForeign(string kid);

    private sealed record Ring(FrozenDictionary<string, VerificationKey> Public, SigningKeyPair Current, long LoadedAt);
}
