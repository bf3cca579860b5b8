using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Identity;
using ProductionReady.Api.Identity.Keys;

namespace ProductionReady.TokenChecks;

/// <summary>A signing key, and tokens of it as an administrator gets them.</summary>
internal sealed class OneKey : IVerificationKeys
{
    private readonly SigningKeyPair _pair;
    private readonly VerificationKey _key;

    internal OneKey()
    {
        var (pair, publicKey) = SigningKeyPair.Create();
        _pair = pair;
        _key = new VerificationKey(pair.Kid, publicKey, retiresAt: null);
    }

    public ValueTask<VerificationKey?> FindAsync(string kid, CancellationToken cancellationToken) =>
        ValueTask.FromResult(kid == _key.Kid ? _key : null);

    public bool IsAccepted(string kid) => kid == _key.Kid;

    internal string Token()
    {
        var options = new IdentityOptions();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var signed = Part(new { alg = "RS256", typ = "at+jwt", kid = _key.Kid }) + "." + Part(new
        {
            iss = options.Issuer,
            aud = options.Audience,
            sub = Guid.CreateVersion7(),
            tid = Guid.CreateVersion7(),
            sid = Guid.CreateVersion7(),
            jti = Guid.CreateVersion7(),
            roles = (string[])["admin"],
            scope = string.Join(' ', RolePermissions.BuiltIn["admin"]),
            ver = 1,
            token_use = "access",
            iat = now,
            nbf = now,
            exp = now + 3600,
        });
        return signed + "." + Base64Url.EncodeToString(_pair.Sign(Encoding.ASCII.GetBytes(signed)));
    }

    private static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
