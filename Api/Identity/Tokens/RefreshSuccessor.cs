using System.Security.Cryptography;
using System.Text;

namespace ProductionReady.Api.Identity.Tokens;

/// <summary>
/// The refresh token that follows one: HMAC-SHA256 (RFC 2104) of it, under a key that only the Api can derive. So whoever has to
/// ask again because the answer was lost gets the same successor, of which the database has but the hash; and nobody who has an
/// old token can compute the newer ones.
/// </summary>
public sealed class RefreshSuccessor(DerivedKeys keys)
{
    private const string Purpose = "refresh-token-successor";

    private readonly IReadOnlyList<byte[]> _keys = keys.AllFor(Purpose);

    /// <summary>The successor to issue.</summary>
    public SecretToken Of(SecretToken token) => Derive(_keys[0], token);

    /// <summary>The successor that was issued, also under a former key encryption key; null when none has this hash.</summary>
    public SecretToken? Find(SecretToken token, ReadOnlySpan<byte> hash)
    {
        foreach (var key in _keys)
        {
            var successor = Derive(key, token);
            if (CryptographicOperations.FixedTimeEquals(successor.Hash(), hash))
            {
                return successor;
            }
        }

        return null;
    }

    private static SecretToken Derive(byte[] key, SecretToken token) =>
        SecretToken.Create(SecretToken.Refresh, token.TenantId, HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(token.Text)));
}
