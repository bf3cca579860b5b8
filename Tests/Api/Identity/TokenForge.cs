using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Identity;
using ProductionReady.Api.Identity.Keys;
using ProductionReady.Api.Identity.Tokens;

namespace ProductionReady.Tests.Api.Identity;

/// <summary>Makes good tokens and bad ones, without the code that makes the real ones, and asks the validator about them.</summary>
internal sealed class TokenForge : IVerificationKeys
{
    public const string Kid = "the-key";

    private readonly RSA _rsa = RSA.Create(2048);

    public SetTime Time { get; } = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public DateTimeOffset? RetiresAt { get; set; }

    public byte[] PublicKey => _rsa.ExportSubjectPublicKeyInfo();

    public JsonObject Header() => new() { ["alg"] = "RS256", ["typ"] = "at+jwt", ["kid"] = Kid };

    public JsonObject Claims() => new()
    {
        ["iss"] = "productionready",
        ["aud"] = "productionready-api",
        ["sub"] = Guid.CreateVersion7(),
        ["tid"] = Guid.CreateVersion7(),
        ["sid"] = Guid.CreateVersion7(),
        ["jti"] = Guid.CreateVersion7(),
        ["roles"] = new JsonArray("admin"),
        ["scope"] = "contact:read event:read",
        ["ver"] = 1,
        ["token_use"] = "access",
        ["iat"] = Time.Now.ToUnixTimeSeconds(),
        ["nbf"] = Time.Now.ToUnixTimeSeconds(),
        ["exp"] = Time.Now.AddMinutes(15).ToUnixTimeSeconds(),
    };

    public string Sign(JsonObject header, JsonObject claims) => Sign(header.ToJsonString(), claims.ToJsonString());

    public string Sign(string header, string claims) =>
        Seal(header, claims, bytes => _rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Seal(string header, string claims, Func<byte[], byte[]> sign)
    {
        var signed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)) + "." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims));
        return signed + "." + Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)));
    }

    public async Task<AccessToken?> ValidateAsync(string token) =>
        await new AccessTokenValidator(this, Options.Create(new IdentityOptions()), Time).ValidateAsync(token, CancellationToken.None);

    public ValueTask<VerificationKey?> FindAsync(string kid, CancellationToken cancellationToken) =>
        ValueTask.FromResult(kid == Kid ? new VerificationKey(Kid, PublicKey, RetiresAt) : null);

    public bool IsAccepted(string kid) => kid == Kid && !(RetiresAt <= Time.Now);
}
