using System.Text.Json;

namespace ProductionReady.Api.Identity.Oidc.Remote;

/// <summary>The keys that a provider signs with.</summary>
/// <param name="Keys">Those that can be used.</param>
public sealed record ProviderKeySet(IReadOnlyList<ProviderKey> Keys)
{
    private const int MostKeys = 100;

    /// <summary>Reads a key set (RFC 7517, section 5).</summary>
    /// <exception cref="ProviderException">It is none.</exception>
    public static ProviderKeySet Read(JsonElement json) =>
        json.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array && keys.GetArrayLength() <= MostKeys
            ? new ProviderKeySet([.. keys.EnumerateArray().Select(ProviderKey.Read).OfType<ProviderKey>()])
            : throw ProviderException.Invalid($"The key set has no array of up to {MostKeys} keys.");

    /// <summary>
    /// The key that a token's header asks for. A header without a key id means the only key of its algorithm (OpenID Connect Core
    /// 1.0, section 10.1).
    /// </summary>
    public ProviderKey? Find(string algorithm, string? kid)
    {
        var fitting = Keys.Where(key => key.Algorithm == algorithm && (kid is null || key.Kid == kid)).Take(2).ToList();
        return fitting is [var only] ? only : null;
    }
}
