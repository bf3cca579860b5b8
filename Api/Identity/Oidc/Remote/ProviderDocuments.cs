using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace ProductionReady.Api.Identity.Oidc.Remote;

/// <summary>
/// Discovery documents by issuer and key sets by address. They are public and the same for everybody, so tenants with the same
/// provider share them.
/// </summary>
public sealed class ProviderDocuments(ProviderHttp http, AddressRules rules, IOptions<OidcOptions> options, TimeProvider time)
{
    /// <summary>Beyond this many, what is known is dropped rather than memory grown.</summary>
    private const int MostDocuments = 1_000;

    private readonly ConcurrentDictionary<string, CachedDocument<ProviderMetadata>> _metadata = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Uri, CachedDocument<ProviderKeySet>> _keys = new();

    /// <summary>What an issuer says about itself.</summary>
    /// <exception cref="ProviderException">Nothing that can be used.</exception>
    public Task<ProviderMetadata> MetadataAsync(string issuer, CancellationToken cancellationToken) =>
        Get(_metadata, issuer, token => FetchMetadataAsync(issuer, token)).GetAsync(cancellationToken);

    /// <summary>
    /// The key that a token's header asks for, or null. When it is not among those that are known, the provider may have changed
    /// its keys, and is asked again, at most so often.
    /// </summary>
    /// <exception cref="ProviderException">The keys cannot be read.</exception>
    public async Task<ProviderKey?> FindKeyAsync(ProviderMetadata metadata, string algorithm, string? kid, CancellationToken cancellationToken)
    {
        var document = Get(_keys, metadata.KeySetAddress, token => FetchKeysAsync(metadata.KeySetAddress, token));
        var known = await document.GetAsync(cancellationToken);
        return known.Find(algorithm, kid) ?? (await document.GetNewerAsync(known, cancellationToken)).Find(algorithm, kid);
    }

    /// <summary>Reads the metadata, whatever is known.</summary>
    public async Task<(ProviderMetadata Value, TimeSpan? MaxAge)> FetchMetadataAsync(string issuer, CancellationToken cancellationToken)
    {
        var answer = await http.GetAsync(ProviderMetadata.AddressOf(issuer), cancellationToken);
        return (ProviderMetadata.Read(answer.Json, issuer, rules), answer.MaxAge);
    }

    /// <summary>Reads the keys, whatever is known.</summary>
    public async Task<(ProviderKeySet Value, TimeSpan? MaxAge)> FetchKeysAsync(Uri address, CancellationToken cancellationToken)
    {
        var answer = await http.GetAsync(address, cancellationToken);
        return (ProviderKeySet.Read(answer.Json), answer.MaxAge);
    }

    private CachedDocument<T> Get<TKey, T>(
        ConcurrentDictionary<TKey, CachedDocument<T>> documents, TKey key, Func<CancellationToken, Task<(T Value, TimeSpan? MaxAge)>> fetch)
        where TKey : notnull
        where T : class
    {
        if (documents.Count > MostDocuments)
        {
            documents.Clear();
        }

        return documents.GetOrAdd(key, _ => new CachedDocument<T>(fetch, options.Value, time));
    }
}
