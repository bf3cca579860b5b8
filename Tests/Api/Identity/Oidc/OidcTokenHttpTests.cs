using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ProductionReady.Tests.Api.Identity.Oidc;

/// <summary>ID tokens that are not as they should be: each is refused for its own reason, and leaves nothing but a record.</summary>
public sealed class OidcTokenHttpTests(OidcFixture api) : IClassFixture<OidcFixture>
{
    private const string Invalid = "oidc_token_invalid";

    private static long In(int seconds) => DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeSeconds();

    public static TheoryData<string, string> WrongClaims => new()
    {
        { "nonce of another sign-in", "nonce" },
        { "no nonce", "nonce" },
        { "nonce that is a number", "nonce" },
        { "another issuer", "issuer" },
        { "issuer with a slash", "issuer" },
        { "no issuer", "issuer" },
        { "another audience", "audience" },
        { "no audience", "audience" },
        { "several audiences without us", "audience" },
        { "several audiences and no azp", "authorized_party" },
        { "several audiences and another azp", "authorized_party" },
        { "one audience and another azp", "authorized_party" },
        { "azp that is a number", "authorized_party" },
        { "expired", "expired" },
        { "no expiry", "expired" },
        { "expiry that is a text", "expired" },
        { "not yet valid", "not_yet_valid" },
        { "nbf that is a text", "not_yet_valid" },
        { "issued before the sign-in began", "issued_at" },
        { "issued in the future", "issued_at" },
        { "no iat", "issued_at" },
        { "no subject", "subject" },
        { "empty subject", "subject" },
        { "long subject", "subject" },
        { "subject that is a number", "subject" },
        { "subject with a null character", "subject" },
        { "another at_hash", "access_token_hash" },
        { "at_hash that is a number", "access_token_hash" },
        { "alg none", "algorithm" },
        { "alg none, signed all the same", "algorithm" },
        { "HS256", "algorithm" },
        { "RS512", "algorithm" },
        { "crit", "algorithm" },
        { "access token type", "type" },
        { "unknown kid", "unknown_key" },
        { "ES256 with an RSA key", "unknown_key" },
    };

    [Theory]
    [MemberData(nameof(WrongClaims))]
    public async Task Token_with_a_wrong_claim_or_header_is_refused(string what, string fault)
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        provider.Claims = (header, claims) => Spoil(what, header, claims, provider);

        await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, Invalid, fault);

        provider.Claims = null;
        provider.Forge = null;
        await tenant.SignInAsync();
    }

    private static void Spoil(string what, JsonObject header, JsonObject claims, TestProvider provider)
    {
        Action spoil = what switch
        {
            "nonce of another sign-in" => () => claims["nonce"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)),
            "no nonce" => () => claims.Remove("nonce"),
            "nonce that is a number" => () => claims["nonce"] = 1,
            "another issuer" => () => claims["iss"] = "https://other.example",
            "issuer with a slash" => () => claims["iss"] = provider.Issuer + "/",
            "no issuer" => () => claims.Remove("iss"),
            "another audience" => () => claims["aud"] = "somebody else",
            "no audience" => () => claims.Remove("aud"),
            "several audiences without us" => () => claims["aud"] = new JsonArray("one", "other"),
            "several audiences and no azp" => () => claims["aud"] = new JsonArray(provider.ClientId, "other"),
            "several audiences and another azp" => () => (claims["aud"], claims["azp"]) = (new JsonArray(provider.ClientId, "other"), "other"),
            "one audience and another azp" => () => claims["azp"] = "other",
            "azp that is a number" => () => claims["azp"] = 1,
            "expired" => () => claims["exp"] = In(-61),
            "no expiry" => () => claims.Remove("exp"),
            "expiry that is a text" => () => claims["exp"] = $"{In(300)}",
            "not yet valid" => () => claims["nbf"] = In(120),
            "nbf that is a text" => () => claims["nbf"] = "now",
            "issued before the sign-in began" => () => claims["iat"] = In(-120),
            "issued in the future" => () => claims["iat"] = In(120),
            "no iat" => () => claims.Remove("iat"),
            "no subject" => () => claims.Remove("sub"),
            "empty subject" => () => claims["sub"] = "",
            "long subject" => () => claims["sub"] = new string('x', 256),
            "subject that is a number" => () => claims["sub"] = 7,
            "subject with a null character" => () => claims["sub"] = "a\0b",
            "another at_hash" => () => claims["at_hash"] = Base64Url.EncodeToString(new byte[16]),
            "at_hash that is a number" => () => claims["at_hash"] = 1,
            "alg none" => () => (header["alg"], provider.Forge) = ("none", Unsigned),
            "alg none, signed all the same" => () => header["alg"] = "none",
            "HS256" => () => header["alg"] = "HS256",
            "RS512" => () => header["alg"] = "RS512",
            "crit" => () => header["crit"] = new JsonArray("exp"),
            "access token type" => () => header["typ"] = "at+jwt",
            "unknown kid" => () => header["kid"] = "nobody's",
            "ES256 with an RSA key" => () => header["alg"] = "ES256",
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
        };
        provider.Forge = null;
        spoil();
    }

    private static string Unsigned(JsonObject header, JsonObject claims)
    {
        var token = TokenForge.Seal(header.ToJsonString(), claims.ToJsonString(), _ => []);
        token[^1].ShouldBe('.');
        return token;
    }

    [Theory]
    [InlineData("the public key's PEM")]
    [InlineData("the public key's DER")]
    [InlineData("the client secret")]
    public async Task Token_signed_with_a_secret_that_is_none_is_refused(string secret)
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        var key = secret switch
        {
            "the public key's PEM" => Encoding.ASCII.GetBytes(provider.Keys[0].Key.ExportSubjectPublicKeyInfoPem()),
            "the public key's DER" => provider.Keys[0].Key.ExportSubjectPublicKeyInfo(),
            _ => Encoding.ASCII.GetBytes(provider.ClientSecret!),
        };
        foreach (var (algorithm, fault) in ((string, string)[])[("HS256", "algorithm"), ("RS256", "signature")])
        {
            provider.Forge = (header, claims) =>
            {
                header["alg"] = algorithm;
                return TokenForge.Seal(header.ToJsonString(), claims.ToJsonString(), bytes => HMACSHA256.HashData(key, bytes));
            };
            await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, Invalid, fault);
        }
    }

    [Fact]
    public async Task Token_signed_with_anothers_key_under_a_known_kid_is_refused()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        using var other = RSA.Create(2048);
        provider.Forge = (header, claims) =>
            TokenForge.Seal(header.ToJsonString(), claims.ToJsonString(), bytes => other.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, Invalid, "signature");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.e30=.AA")]
    public async Task Token_that_is_none_is_refused(string token)
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        provider.Forge = (_, _) => token;

        await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, Invalid, "malformed");
    }

    [Fact]
    public async Task Token_that_gives_a_claim_twice_or_is_too_long_or_no_object_is_refused()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        Func<JsonObject, JsonObject, string>[] forgeries =
        [
            (header, claims) => provider.Sign(header.ToJsonString(), claims.ToJsonString()[..^1] + ",\"sub\":\"somebody else\"}"),
            (header, claims) => provider.Sign(header.ToJsonString()[..^1] + ",\"alg\":\"none\"}", claims.ToJsonString()),
            (header, claims) => provider.Sign(header.ToJsonString(), claims.ToJsonString()[..^1] + $",\"more\":\"{new string('x', 32 * 1024)}\"}}"),
            (header, claims) => provider.Sign(header.ToJsonString(), claims.ToJsonString()[..^1] + ",\"more\":[\"\\ud800\"]}"),
            (header, _) => provider.Sign(header.ToJsonString(), "[]"),
            (header, _) => provider.Sign(header.ToJsonString(), "{"),
        ];
        foreach (var forgery in forgeries)
        {
            provider.Forge = forgery;
            await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, Invalid, "malformed");
        }
    }

    [Fact]
    public async Task Token_with_several_audiences_and_us_as_the_authorized_party_is_taken()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        provider.Claims = (header, claims) =>
        {
            header.Remove("typ");
            claims["aud"] = new JsonArray("other", provider.ClientId);
            claims["azp"] = provider.ClientId;
            claims["nbf"] = In(0);
            claims.Remove("at_hash");
        };

        await tenant.SignInAsync();
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task Token_without_a_kid_means_the_only_key(int keys, bool taken)
    {
        await using var provider = await TestProvider.StartAsync();
        for (var i = 1; i < keys; i++)
        {
            provider.AddKey($"key {i}");
        }

        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        provider.Claims = (header, _) => header.Remove("kid");

        await (taken ? tenant.SignInAsync() : tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, Invalid, "unknown_key"));
    }

    [Fact]
    public async Task Token_signed_with_ES256_is_taken_when_the_key_is_published()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = curve.ExportParameters(false).Q;
        provider.Published = keys =>
        {
            keys.Add((JsonNode)new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                ["kid"] = "curve",
                ["x"] = Base64Url.EncodeToString(point.X),
                ["y"] = Base64Url.EncodeToString(point.Y),
            });
            return keys;
        };
        provider.Forge = (header, claims) =>
        {
            (header["alg"], header["kid"]) = ("ES256", "curve");
            return TokenForge.Seal(header.ToJsonString(), claims.ToJsonString(), bytes => curve.SignData(bytes, HashAlgorithmName.SHA256));
        };
        var tenant = await api.TenantAsync(provider);

        await tenant.SignInAsync();
    }

    [Fact]
    public async Task Rotated_key_is_found_and_a_removed_one_is_refused()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        await tenant.SignInAsync();
        var removed = provider.Keys[0];
        provider.Keys.Clear();
        provider.AddKey("second");

        await tenant.SignInAsync();

        provider.Requests[TestProvider.KeysPath].ShouldBe(2);
        provider.Forge = (header, claims) =>
        {
            header["kid"] = removed.Kid;
            return TokenForge.Seal(header.ToJsonString(), claims.ToJsonString(), bytes => removed.Key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        };
        await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, Invalid, "unknown_key");
        removed.Key.Dispose();
    }

    [Fact]
    public async Task Unknown_kids_do_not_make_the_provider_be_asked_at_every_turn()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        await using var patient = api.StartAnother(("Identity:Oidc:KeyRefreshInterval", "00:05:00"));
        var tenant = (await api.TenantAsync(provider)) with { Client = patient.NewClient() };
        provider.Claims = (header, _) => header["kid"] = $"{Guid.NewGuid()}";

        for (var i = 0; i < 5; i++)
        {
            await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, Invalid, "unknown_key");
        }

        provider.Requests[TestProvider.KeysPath].ShouldBe(1);
    }

    [Fact]
    public async Task Keys_that_are_for_something_else_or_too_weak_verify_nothing()
    {
        using var weak = RSA.Create(1024);
        Func<JsonArray, JsonArray>[] sets =
        [
            keys => With(keys, key => key["use"] = "enc"),
            keys => With(keys, key => key["alg"] = "RS512"),
            keys => With(keys, key => key["kty"] = "oct"),
            keys => With(keys, key => key["n"] = Base64Url.EncodeToString(weak.ExportParameters(false).Modulus)),
            keys => With(keys, key => key["n"] = "not base64!"),
            keys => With(keys, key => key.Remove("e")),
            _ => [],
            _ => ["text", 1, new JsonArray()],
        ];
        foreach (var set in sets)
        {
            await using var provider = await TestProvider.StartAsync();
            provider.User = OidcTenant.Somebody();
            provider.Published = set;
            var tenant = await api.TenantAsync(provider);
            await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, Invalid, "unknown_key");
        }
    }

    private static JsonArray With(JsonArray keys, Action<JsonObject> change)
    {
        change(keys[0]!.AsObject());
        return keys;
    }
}
