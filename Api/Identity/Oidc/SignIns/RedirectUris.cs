using System.Text.RegularExpressions;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Oidc.SignIns;

/// <summary>Where the browser may come back to with a code (RFC 9700, section 2.1; RFC 8252).</summary>
public static partial class RedirectUris
{
    /// <summary>
    /// Whether it may be registered: an <c>https</c> address, an <c>http</c> address on the user's own machine, or an address of a
    /// scheme that is an app's own and named after a domain (RFC 8252, section 7.1); visible ASCII, without a fragment.
    /// </summary>
    public static bool IsAcceptable(string text) =>
        text.Length <= OidcProvider.UriMaxLength && text.All(c => c is > ' ' and < '\x7f' and not ('\\' or '"' or '<' or '>'))
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && !text.Contains('#', StringComparison.Ordinal)
        && (uri.Scheme == Uri.UriSchemeHttps
            || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)
            || uri.Scheme.Contains('.', StringComparison.Ordinal));

    /// <summary>
    /// Whether one of the registered addresses is meant: compared character by character, but for the port of <c>127.0.0.1</c> and
    /// <c>[::1]</c>, which an app on the user's machine cannot know beforehand (section 7.3).
    /// </summary>
    public static bool Include(IEnumerable<string> registered, string requested) =>
        registered.Any(uri => uri == requested || (WithoutPort(uri) is { } one && one == WithoutPort(requested)));

    private static (string Host, string Path)? WithoutPort(string uri) =>
        Loopback().Match(uri) is { Success: true } match ? (match.Groups["host"].Value, match.Groups["path"].Value) : null;

    [GeneratedRegex(
        @"\Ahttp://(?<host>127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?(?<path>([/?][!-~]*)?)\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Loopback();
}
