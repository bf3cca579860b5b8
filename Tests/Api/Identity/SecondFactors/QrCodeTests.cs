using System.Xml.Linq;
using ProductionReady.Api.Identity.SecondFactors;

namespace ProductionReady.Tests.Api.Identity.SecondFactors;

public sealed class QrCodeTests
{
    [Theory]
    [InlineData("a@b.example")]
    [InlineData("ann.with.a.rather.long.name@subsidiary.acme.example (acme-north)")]
    [InlineData("söhne@acme.example")]
    [InlineData("a person whose address is as long as nearly nobody's but who wants to sign in all the same@acme.example")]
    public void Qr_code_holds_the_uri_that_was_drawn(string account)
    {
        var uri = OtpAuthUri.Of("ProductionReady", account, Totp.NewSecret());

        QrReader.Read(QrCode.Svg(uri)).ShouldBe(uri);
    }

    [Fact]
    public void Svg_is_a_picture_and_nothing_else()
    {
        var root = XDocument.Parse(QrCode.Svg(OtpAuthUri.Of("ProductionReady", "ann@acme.example", Totp.NewSecret()))).Root!;

        root.Name.ShouldBe(XName.Get("svg", "http://www.w3.org/2000/svg"));
        root.Descendants().Select(element => element.Name.LocalName).Distinct().ShouldBe(["rect", "path"], ignoreOrder: true);
        root.Value.Trim().ShouldBeEmpty();
    }
}
