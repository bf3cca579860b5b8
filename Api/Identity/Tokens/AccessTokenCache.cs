using System.Collections.Concurrent;

namespace ProductionReady.Api.Identity.Tokens;

/// <summary>
/// Remembers tokens that were found good, so that a signature is checked once and not at each request. At most two
/// generations of <see cref="GenerationSize"/> tokens: when the young one is full it becomes the old one, and what is
/// still in use moves back. Expiry and revocation are looked at on every use, by the caller.
/// </summary>
public sealed class AccessTokenCache
{
    /// <summary>Tokens a generation.</summary>
    public const int GenerationSize = 10_000;

    private volatile ConcurrentDictionary<string, AccessToken> _young = new(StringComparer.Ordinal);
    private volatile ConcurrentDictionary<string, AccessToken> _old = new(StringComparer.Ordinal);

    /// <summary>The token, if it was added before and not forgotten since.</summary>
    public AccessToken? Find(ReadOnlySpan<char> token)
    {
        if (_young.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out var found))
        {
            return found;
        }

        if (_old.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out found))
        {
            Add(token.ToString(), found);
        }

        return found;
    }

    /// <summary>Remembers a token that was found good.</summary>
    public void Add(string token, AccessToken accessToken)
    {
        if (_young.Count >= GenerationSize)
        {
            _old = Interlocked.Exchange(ref _young, new ConcurrentDictionary<string, AccessToken>(StringComparer.Ordinal));
        }

        _young[token] = accessToken;
    }
}
