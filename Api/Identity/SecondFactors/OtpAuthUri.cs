namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>
/// What an authenticator app reads from the QR code: <c>otpauth://totp/ISSUER:ACCOUNT?secret=…</c>, the form that Google's
/// Authenticator introduced and all others follow.
/// </summary>
public static class OtpAuthUri
{
    /// <summary>The URI.</summary>
    /// <param name="issuer">Who asks for codes. Its colons are left out: apps split the label at the first one, even when it is escaped.</param>
    /// <param name="account">Whose they are.</param>
    /// <param name="secret">The shared secret.</param>
    public static string Of(string issuer, string account, ReadOnlySpan<byte> secret)
    {
        var name = Escaped(issuer);
        return $"otpauth://totp/{name}:{Escaped(account)}?secret={Base32.Encode(secret)}&issuer={name}"
            + $"&algorithm=SHA1&digits={Totp.Digits}&period={(int)Totp.Period.TotalSeconds}";
    }

    // A space as %20, not as +: apps decode the query as they decode the path.
    private static string Escaped(string text) => Uri.EscapeDataString(text.Replace(":", "", StringComparison.Ordinal));
}
