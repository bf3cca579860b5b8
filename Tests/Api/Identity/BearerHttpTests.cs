using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Identity.Keys;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

public sealed class BearerHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Me = "/api/v1/auth/me";

    private static readonly Dictionary<string, Func<Forgery, string>> Bad = new()
    {
        ["algorithm none, no signature"] = real => TokenForge.Seal(real.Header("alg", "none"), real.Claims(), _ => []),
        ["algorithm None, no signature"] = real => TokenForge.Seal(real.Header("alg", "None"), real.Claims(), _ => []),
        ["algorithm none, the real signature"] = real => $"{Encode(real.Header("alg", "none"))}.{real.Parts[1]}.{real.Parts[2]}",
        ["HS256 with the public key's DER"] = real => real.SealedWith(real.PublicKey.ExportSubjectPublicKeyInfo()),
        ["HS256 with the public key's PEM"] = real => real.SealedWith(Encoding.ASCII.GetBytes(real.PublicKey.ExportSubjectPublicKeyInfoPem())),
        ["HS256 with the modulus"] = real => real.SealedWith(real.PublicKey.ExportParameters(false).Modulus!),
        ["another kid"] = real => real.Signed(real.Header("kid", "another"), real.Claims()),
        ["no kid"] = real => real.Signed(real.Header("kid", null), real.Claims()),
        ["a kid that is a path"] = real => real.Signed(real.Header("kid", "../../dev/null"), real.Claims()),
        ["a kid that is SQL"] = real => real.Signed(real.Header("kid", "' OR true --"), real.Claims()),
        ["another type"] = real => real.Signed(real.Header("typ", "JWT"), real.Claims()),
        ["another audience"] = real => real.Signed(real.Header(), real.Claims("aud", "another-api")),
        ["no audience"] = real => real.Signed(real.Header(), real.Claims("aud", null)),
        ["another issuer"] = real => real.Signed(real.Header(), real.Claims("iss", "somebody")),
        ["another use"] = real => real.Signed(real.Header(), real.Claims("token_use", "refresh")),
        ["expired"] = real => real.Signed(real.Header(), real.Claims("exp", Seconds(-60))),
        ["expires never"] = real => real.Signed(real.Header(), real.Claims("exp", null)),
        ["not yet valid"] = real => real.Signed(real.Header(), real.Claims("nbf", Seconds(120))),
        ["issued in the future"] = real => real.Signed(real.Header(), real.Claims("iat", Seconds(120))),
        ["no tenant"] = real => real.Signed(real.Header(), real.Claims("tid", null)),
        ["no session"] = real => real.Signed(real.Header(), real.Claims("sid", null)),
        ["signed by another key"] = real => real.SignedByAnotherKey(),
        ["a changed claim"] = real => $"{real.Parts[0]}.{Encode(real.Claims("roles", null))}.{real.Parts[2]}",
        ["a damaged signature"] = real => $"{real.Parts[0]}.{real.Parts[1]}.{Damage(real.Parts[2])}",
        ["no signature"] = real => $"{real.Parts[0]}.{real.Parts[1]}.",
        ["cut off"] = real => $"{real.Parts[0]}.{real.Parts[1]}",
        ["padded"] = real => $"{real.Parts[0]}.{real.Parts[1]}.{real.Parts[2]}==",
        ["four parts"] = real => string.Join('.', real.Parts) + ".AAAA",
        ["refresh token"] = real => real.RefreshToken,
        ["API key"] = real => "prk_" + real.RefreshToken[4..],
        ["a refresh token as a JWT of ours"] = real => real.Signed(real.Header("typ", "rt+jwt"), real.Claims("token_use", "refresh")),
        ["no version"] = real => real.Signed(real.Header(), real.Claims("ver", null)),
        ["a version that is no number"] = real => real.Signed(real.Header(), real.Claims("ver", "1")),
        ["no scope"] = real => real.Signed(real.Header(), real.Claims("scope", null)),
        ["a claim twice"] = real => real.Signed(real.Header(), real.Claims().Insert(1, "\"roles\":[\"admin\"],")),
        ["a header member twice"] = real => real.Signed(real.Header().Insert(1, "\"alg\":\"RS256\","), real.Claims()),
        ["a critical extension"] = real => real.Signed(real.Header().Insert(1, "\"crit\":[\"exp\"],"), real.Claims()),
        ["a key of its own in the header"] = real => real.Signed(real.Header("kid", null).Insert(1, "\"jwk\":{},"), real.Claims()),
        ["times that are text"] = real => real.Signed(real.Header(), real.Claims("exp", "9999999999")),
        ["deep claims"] = real => real.Signed(real.Header(), real.Claims().Insert(1, "\"deep\":" + new string('[', 500) + new string(']', 500) + ",")),
        ["nothing"] = _ => "",
        ["dots"] = _ => "..",
        ["not base64url"] = _ => "%%%.###.!!!",
        ["16,000 characters"] = _ => new string('a', 16_000),
        ["two tokens"] = real => $"{string.Join('.', real.Parts)} {string.Join('.', real.Parts)}",
    };

    public static TheoryData<string> Names => [.. Bad.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Bad_token_is_refused(string name)
    {
        var user = await api.SignUpAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, Me);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Bad[name](await ForgeryAsync(user)));

        var answer = await api.Client.SendAsync(request);

        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer realm=\"productionready\", error=\"invalid_token\"");
        await answer.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    [Fact]
    public async Task What_the_tests_sign_is_good_when_nothing_is_changed()
    {
        var real = await ForgeryAsync(await api.SignUpAsync());

        (await MeAsync($"Authorization: Bearer {real.Signed(real.Header(), real.Claims())}")).Status.ShouldBe(200);
        (await MeAsync($"Authorization: bearer {string.Join('.', real.Parts)}")).Status.ShouldBe(200, "The scheme's case does not matter.");
    }

    [Fact]
    public async Task Token_of_another_tenants_session_finds_nothing_there()
    {
        var real = await ForgeryAsync(await api.SignUpAsync());
        var other = await api.SignUpAsync();

        // Only who holds the signing key can make this one; even so, the tenant and the user do not fit.
        var answer = await MeAsync($"Authorization: Bearer {real.Signed(real.Header(), real.Claims("tid", other.TenantId.ToString()))}");

        answer.Status.ShouldBeOneOf(401, 404);
    }

    [Fact]
    public async Task Two_Authorization_headers_are_refused_even_when_both_are_good()
    {
        var header = $"Authorization: Bearer {(await api.SignUpAsync()).AccessToken}";

        var answer = await MeAsync($"{header}\n{header}");

        answer.Status.ShouldBe(401);
        answer.Head.ShouldContain("WWW-Authenticate: Bearer");
        answer.Body.ShouldContain("token_invalid");
    }

    [Theory]
    [InlineData("Authorization: Basic YTpi")]
    [InlineData("Authorization: Bearer")]
    [InlineData("Authorization:")]
    [InlineData("Authorization: Bearer\ta.b.c")]
    public async Task Another_Authorization_header_is_refused(string header)
    {
        var answer = await MeAsync(header);

        answer.Status.ShouldBe(401);
        answer.Head.ShouldContain("WWW-Authenticate: Bearer");
        answer.Head.ShouldContain("application/problem+json");
    }

    [Fact]
    public async Task No_token_is_refused_without_an_error_in_the_challenge()
    {
        var answer = await api.Client.GetAsync(Me);

        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer realm=\"productionready\"");
        await answer.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_missing");
    }

    [Fact]
    public async Task Key_set_verifies_our_tokens_and_holds_nothing_private()
    {
        var parts = (await api.SignUpAsync()).AccessToken.Split('.');
        var set = await api.Client.GetFromJsonAsync<JsonElement>("/.well-known/jwks.json");
        var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0])).RootElement;
        var key = set.GetProperty("keys").EnumerateArray().Single(key => key.GetProperty("kid").GetString() == header.GetProperty("kid").GetString());

        key.EnumerateObject().Select(member => member.Name).ShouldBe(["kty", "use", "alg", "kid", "n", "e"], ignoreOrder: true);
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Base64Url.DecodeFromChars(key.GetProperty("n").GetString()),
            Exponent = Base64Url.DecodeFromChars(key.GetProperty("e").GetString()),
        });
        rsa.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .ShouldBeTrue();
    }

    private Task<RawAnswer> MeAsync(string headers) =>
        RawHttp.SendAsync(api.Client.BaseAddress!, $"GET {Me} HTTP/1.1\nHost: localhost\nConnection: close\n{headers}");

    private async Task<Forgery> ForgeryAsync(SignedIn user) =>
        new(await api.Services.GetRequiredService<SigningKeyRing>().CurrentAsync(CancellationToken.None), user.AccessToken.Split('.'), user.RefreshToken);

    private static long Seconds(int fromNow) => DateTimeOffset.UtcNow.AddSeconds(fromNow).ToUnixTimeSeconds();

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static string Damage(string signature) => (signature[0] == 'A' ? 'B' : 'A') + signature[1..];

    /// <summary>A real token, and the key that signed it.</summary>
    private sealed record Forgery(SigningKeyPair Key, string[] Parts, string RefreshToken)
    {
        public RSA PublicKey
        {
            get
            {
                using var pair = RSA.Create();
                pair.ImportPkcs8PrivateKey(Key.Pkcs8, out _);
                return RSA.Create(pair.ExportParameters(includePrivateParameters: false));
            }
        }

        public string Header(string? member = null, JsonNode? value = null) => Changed(Parts[0], member, value);

        public string Claims(string? member = null, JsonNode? value = null) => Changed(Parts[1], member, value);

        public string Signed(string header, string claims) => TokenForge.Seal(header, claims, bytes => Key.Sign(bytes));

        public string SealedWith(byte[] secret) =>
            TokenForge.Seal(Header("alg", "HS256"), Claims(), signed => HMACSHA256.HashData(secret, signed));

        public string SignedByAnotherKey()
        {
            using var other = RSA.Create(2048);
            return TokenForge.Seal(Header(), Claims(), bytes => other.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        }

        private static string Changed(string part, string? member, JsonNode? value)
        {
            var json = JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();
            if (member is not null && !json.Remove(member))
            {
                throw new ArgumentException($"The token has no {member}.", nameof(member));
            }

            if (member is not null && value is not null)
            {
                json[member] = value;
            }

            return json.ToJsonString();
        }
    }
}
