using System.Text;
using ProductionReady.Api.Identity.SecondFactors;

namespace ProductionReady.Tests.Api.Identity.SecondFactors;

public sealed class OtpAuthUriTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    [Fact]
    public void Uri_is_what_authenticator_apps_read() => OtpAuthUri.Of("ProductionReady", "ann@acme.example", Secret).ShouldBe(
        "otpauth://totp/ProductionReady:ann%40acme.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=ProductionReady&algorithm=SHA1&digits=6&period=30");

    [Fact]
    public void Names_cannot_break_out_of_their_place()
    {
        var uri = OtpAuthUri.Of("Acme: Tools & Söhne", "a/b?secret=AAAA&c#d+e%40@acme.example (north)", Secret);

        uri.ShouldStartWith("otpauth://totp/Acme%20Tools%20%26%20S%C3%B6hne:a%2Fb%3Fsecret%3DAAAA%26c%23d%2Be%2540%40acme.example%20%28north%29?secret=GEZD");
        var parsed = new Uri(uri);
        parsed.Query.Split('&').Select(part => part.TrimStart('?').Split('=')[0]).ShouldBe(["secret", "issuer", "algorithm", "digits", "period"]);
        Uri.UnescapeDataString(parsed.AbsolutePath).ShouldBe("/Acme Tools & Söhne:a/b?secret=AAAA&c#d+e%40@acme.example (north)");
    }
}
