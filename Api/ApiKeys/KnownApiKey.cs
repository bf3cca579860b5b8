using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Claims;
using ProductionReady.Api.Authorization;

namespace ProductionReady.Api.ApiKeys;

/// <summary>An API key that the database has found good.</summary>
/// <param name="Principal">Who it speaks for.</param>
/// <param name="Claims">The same for the framework's authorization.</param>
/// <param name="ExpiresAt">When it stops being accepted; null for never.</param>
/// <param name="AskedAt">Time stamp of the moment before the database was asked.</param>
public sealed record KnownApiKey(Principal Principal, ClaimsPrincipal Claims, DateTimeOffset? ExpiresAt, long AskedAt)
{
    /// <summary>Makes one of what is stored.</summary>
    public static KnownApiKey Of(Guid id, Guid tenantId, IEnumerable<string> scopes, DateTimeOffset? expiresAt, long askedAt)
    {
        var identity = new ClaimsIdentity([new Claim("sub", id.ToString()), new Claim("tid", tenantId.ToString())], "Bearer", "sub", "roles");
        var principal = new Principal(PrincipalKind.ApiKey, id, tenantId, id, [], scopes.ToFrozenSet(StringComparer.Ordinal), Version: 0);
        return new KnownApiKey(principal, new ClaimsPrincipal(identity), expiresAt, askedAt);
    }
}

/// <summary>SHA-256 of a key, as the name under which it is remembered: the key itself is kept nowhere.</summary>
internal readonly record struct ApiKeyHash(UInt128 High, UInt128 Low)
{
    public static ApiKeyHash Of(ReadOnlySpan<byte> hash) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
}
