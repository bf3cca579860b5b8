using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ProductionReady.Tests.Api.Identity;

public sealed class AccessTokenValidatorTests
{
    private readonly TokenForge _forge = new();

    [Fact]
    public async Task A_good_token_tells_who_it_speaks_for()
    {
        var claims = _forge.Claims();

        var token = await _forge.ValidateAsync(_forge.Sign(_forge.Header(), claims));

        token.ShouldNotBeNull();
        token.Principal.UserId.ShouldBe((Guid)claims["sub"]!);
        token.Principal.TenantId.ShouldBe((Guid)claims["tid"]!);
        token.Principal.SessionId.ShouldBe((Guid)claims["sid"]!);
        token.Principal.Has("contact:read").ShouldBeTrue();
    }

    [Fact]
    public async Task Hs256_signed_with_the_public_key_is_refused()
    {
        var header = _forge.Header();
        header["alg"] = "HS256";
        var pem = Encoding.ASCII.GetBytes(PemEncoding.WriteString("PUBLIC KEY", _forge.PublicKey));

        foreach (var secret in (byte[][])[_forge.PublicKey, pem])
        {
            var token = TokenForge.Seal(header.ToJsonString(), _forge.Claims().ToJsonString(), signed => HMACSHA256.HashData(secret, signed));
            (await _forge.ValidateAsync(token)).ShouldBeNull();
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("rs256")]
    [InlineData("RS384")]
    [InlineData("PS256")]
    [InlineData("HS256")]
    public async Task Another_algorithm_is_refused_even_with_a_good_signature(string algorithm) =>
        (await _forge.ValidateAsync(_forge.Sign(With(_forge.Header(), "alg", algorithm), _forge.Claims()))).ShouldBeNull();

    [Theory]
    [InlineData("kid", "another-key")]
    [InlineData("kid", "")]
    [InlineData("kid", null)]
    [InlineData("typ", "JWT")]
    [InlineData("typ", null)]
    [InlineData("crit", "exp")]
    public async Task Another_header_is_refused(string member, string? value) =>
        (await _forge.ValidateAsync(_forge.Sign(With(_forge.Header(), member, value), _forge.Claims()))).ShouldBeNull();

    [Theory]
    [InlineData("iss", "somebody else")]
    [InlineData("iss", null)]
    [InlineData("aud", "another-api")]
    [InlineData("aud", null)]
    [InlineData("token_use", "id")]
    [InlineData("token_use", null)]
    [InlineData("sub", "not an id")]
    [InlineData("sub", null)]
    [InlineData("tid", "00000000-0000-0000-0000-000000000000")]
    [InlineData("tid", null)]
    [InlineData("sid", null)]
    [InlineData("exp", null)]
    [InlineData("exp", "1900000000")]
    [InlineData("nbf", null)]
    [InlineData("iat", null)]
    [InlineData("roles", "admin")]
    [InlineData("roles", null)]
    [InlineData("scope", null)]
    [InlineData("ver", null)]
    [InlineData("ver", "1")]
    public async Task Another_claim_is_refused(string claim, string? value) =>
        (await _forge.ValidateAsync(_forge.Sign(_forge.Header(), With(_forge.Claims(), claim, value)))).ShouldBeNull();

    [Theory]
    [InlineData("exp", -31, false)]
    [InlineData("exp", -29, true)]
    [InlineData("nbf", 31, false)]
    [InlineData("nbf", 29, true)]
    [InlineData("iat", 31, false)]
    public async Task Times_are_held_to_with_half_a_minute_of_leeway(string claim, int seconds, bool good)
    {
        var claims = _forge.Claims();
        claims[claim] = _forge.Time.Now.AddSeconds(seconds).ToUnixTimeSeconds();

        (await _forge.ValidateAsync(_forge.Sign(_forge.Header(), claims)) is not null).ShouldBe(good);
    }

    [Fact]
    public async Task A_claim_given_twice_is_refused()
    {
        var claims = _forge.Claims().ToJsonString();
        var twice = claims.Insert(claims.Length - 1, $",\"tid\":\"{Guid.CreateVersion7()}\"");

        (await _forge.ValidateAsync(_forge.Sign(_forge.Header().ToJsonString(), twice))).ShouldBeNull();
    }

    [Fact]
    public async Task A_changed_claim_under_the_old_signature_is_refused()
    {
        var token = _forge.Sign(_forge.Header(), _forge.Claims()).Split('.');
        var other = _forge.Sign(_forge.Header(), _forge.Claims()).Split('.');

        (await _forge.ValidateAsync($"{token[0]}.{other[1]}.{token[2]}")).ShouldBeNull();
    }

    [Fact]
    public async Task A_token_of_a_retired_key_is_refused()
    {
        var token = _forge.Sign(_forge.Header(), _forge.Claims());
        _forge.RetiresAt = _forge.Time.Now;

        (await _forge.ValidateAsync(token)).ShouldBeNull();
    }

    private static JsonObject With(JsonObject json, string member, string? value)
    {
        json.Remove(member);
        if (value is not null)
        {
            json[member] = value;
        }

        return json;
    }
}
