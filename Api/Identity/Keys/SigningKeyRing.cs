using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>
/// The keys as this process knows them. They are read at start, again every <see cref="SigningKeyOptions.RefreshEvery"/>, and when
/// a token names a key that is not known, though not more often than every five seconds: invented ids must not become load on the
/// database. A key counts only when it is genuine (<see cref="SigningKeyPair.Open"/>).
/// </summary>
public sealed partial class SigningKeyRing(
    IServiceScopeFactory scopes, KeyWrapping wrapping, IOptions<IdentityOptions> options, TimeProvider time, ILogger<SigningKeyRing> logger)
    : IVerificationKeys, IDisposable
{
    private static readonly TimeSpan LoadAtMostEvery = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile Ring? _ring;

    /// <summary>
    /// An instance that could not read for so long reads before it signs: there may be a newer key, and this one retired. Less
    /// than the time between publishing and signing.
    /// </summary>
    private TimeSpan SignWithin => options.Value.SigningKeys.PublishAhead - options.Value.SigningKeys.RefreshEvery;

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
        _ring is { } ring && ring.Public.TryGetValue(kid, out var key) && !key.IsRetired(time.GetUtcNow());

    /// <summary>The key that signs now: the newest one that is active.</summary>
    public async ValueTask<SigningKeyPair> CurrentAsync(CancellationToken cancellationToken)
    {
        if (_ring is { } ring && time.GetElapsedTime(ring.LoadedAt) < SignWithin && Signing(ring) is { } pair)
        {
            return pair;
        }

        ring = await LoadAsync(LoadAtMostEvery, cancellationToken);
        return Signing(ring) ?? ring.Signing[^1].Pair;
    }

    /// <summary>The published key set: keys that sign now, soon, or did so lately.</summary>
    public async ValueTask<JsonWebKeySet> KeySetAsync(CancellationToken cancellationToken)
    {
        var ring = _ring ?? await LoadAsync(LoadAtMostEvery, cancellationToken);
        var now = time.GetUtcNow();
        return new JsonWebKeySet([.. ring.Public.Values.Where(key => !key.IsRetired(now)).Select(key => JsonWebKey.Of(key.Kid, key.Parameters()))]);
    }

    /// <summary>Reads the keys from the database.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken) => await LoadAsync(TimeSpan.Zero, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _loading.Dispose();

    private SigningKeyPair? Signing(Ring ring)
    {
        var now = time.GetUtcNow();
        return ring.Signing.FirstOrDefault(key => key.ActivatedAt <= now && !ring.Public[key.Pair.Kid].IsRetired(now))?.Pair;
    }

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
        // Before it is asked: what changes meanwhile is read next time.
        var loadedAt = time.GetTimestamp();
        await using var scope = scopes.CreateAsyncScope();
        var published = new Dictionary<string, VerificationKey>(StringComparer.Ordinal);
        var signing = new List<SigningRingKey>();
        var foreign = new List<string>();
        foreach (var stored in await scope.ServiceProvider.GetRequiredService<SigningKeyStore>().LoadAsync(cancellationToken))
        {
            if (SigningKeyPair.Open(stored, wrapping) is { } pair)
            {
                published.Add(stored.Kid, new VerificationKey(stored.Kid, stored.PublicKey, stored.RetiresAt));
                signing.Add(new SigningRingKey(pair, stored.ActivatedAt));
            }
            else
            {
                foreign.Add(stored.Kid);
            }
        }

        if (signing.Count == 0)
        {
            throw new CryptographicException("No signing key opens with this key encryption key.");
        }

        foreign.ForEach(LogForeign);
        return new Ring(published.ToFrozenDictionary(StringComparer.Ordinal), signing, loadedAt);
    }

    [LoggerMessage(LogLevel.Error, "Signing key {Kid} was not made with this key encryption key; what it signed is not accepted")]
    private partial void LogForeign(string kid);

    /// <param name="Public">By key id.</param>
    /// <param name="Signing">The newest first; never empty.</param>
    /// <param name="LoadedAt">Timestamp.</param>
    private sealed record Ring(FrozenDictionary<string, VerificationKey> Public, IReadOnlyList<SigningRingKey> Signing, long LoadedAt);

    private sealed record SigningRingKey(SigningKeyPair Pair, DateTimeOffset ActivatedAt);
}
