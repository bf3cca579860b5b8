using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ProductionReady.Api.Identity.Keys;
using ProductionReady.Api.Identity.Tokens;

namespace ProductionReady.Tests.Api.Identity;

/// <summary>The examples of RFC 7515, appendix A.</summary>
public sealed class CompactJwsTests
{
    private const string Payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    private const string Rs256 = "eyJhbGciOiJSUzI1NiJ9." + Payload
        + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQ"
        + "jbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqt"
        + "FZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    private const string Hs256 = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + Payload + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private const string None = "eyJhbGciOiJub25lIn0." + Payload + ".";

    private const string Modulus =
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_Yp"
        + "RPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZl"
        + "xvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";

    private static readonly VerificationKey Key = PublicKey();

    [Fact]
    public void Rs256_of_appendix_A2_verifies_and_gives_its_payload() =>
        Encoding.UTF8.GetString(Verify(Rs256)!).ShouldBe("{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");

    [Fact]
    public void Hs256_of_appendix_A1_is_refused() => Verify(Hs256).ShouldBeNull();

    [Fact]
    public void Unsecured_of_appendix_A5_is_refused() => Verify(None).ShouldBeNull();

    [Fact]
    public void Each_changed_character_of_the_signature_is_noticed()
    {
        for (var i = Rs256.LastIndexOf('.') + 1; i < Rs256.Length; i++)
        {
            Verify(Rs256[..i] + (Rs256[i] == 'A' ? 'B' : 'A') + Rs256[(i + 1)..]).ShouldBeNull($"character {i}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData(" " + Rs256)]
    [InlineData(Rs256 + "=")]
    [InlineData(Rs256 + "\n")]
    [InlineData("e30." + Payload + ".AAAA")]
    [InlineData("W10." + Payload + ".AAAA")]
    public void What_is_no_compact_jws_is_refused(string token) => Verify(token).ShouldBeNull();

    [Fact]
    public void A_signature_with_spare_bits_set_is_refused_although_it_decodes_to_the_same_bytes()
    {
        // The last character of 342 carries four spare bits: w and x decode alike.
        Rs256.ShouldEndWith("w");
        Verify(Rs256[..^1] + "x").ShouldBeNull();
    }

    [Fact]
    public void A_token_over_the_longest_length_is_not_looked_at() =>
        CompactJws.TryParse(new string('a', CompactJws.MaxLength + 1), out _).ShouldBeFalse();

    private static byte[]? Verify(string token) => CompactJws.TryParse(token, out var jws) ? CompactJws.Verify(jws, Key) : null;

    private static VerificationKey PublicKey()
    {
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Base64Url.DecodeFromChars(Modulus),
            Exponent = [1, 0, 1],
        });
        return new VerificationKey("rfc7515", rsa.ExportSubjectPublicKeyInfo(), retiresAt: null);
    }
}
