using QRCoder;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>Draws a text as a QR code (ISO/IEC 18004).</summary>
public static class QrCode
{
    /// <summary>
    /// An SVG document of one module a unit with the quiet zone around it, black on white whatever the page's colours are:
    /// cameras often fail on the inverse. It holds no script, no reference and no text, so it may be put into a page as it is.
    /// </summary>
    public static string Svg(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(data);
        return svg.GetGraphic(1, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}
