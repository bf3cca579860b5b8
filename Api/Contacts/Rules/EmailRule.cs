using System.Buffers;
using System.Globalization;
using ProductionReady.Data.Contacts;

namespace ProductionReady.Api.Contacts.Rules;

/// <summary>
/// E-mail addresses: the part of RFC 5322's addr-spec that mail providers hand out. The local part is a dot-atom of at
/// most 64 ASCII characters and does not start with a character that a spreadsheet takes for a formula. The domain has at least two labels of
/// letters, digits and inner hyphens; one in another script is stored as A-labels (RFC 5891, <c>bücher.example</c> as
/// <c>xn--bcher-kva.example</c>). Not accepted: quoted local parts, comments, address literals, and local parts beyond
/// ASCII (RFC 6531). So what is stored is ASCII, and "the same but for case" means one thing to .NET and to PostgreSQL
/// whatever the database's locale. The spelling is kept; two addresses that differ in case are one address.
/// </summary>
public static class EmailRule
{
    private const int MaxLocalPart = 64;
    private const int MaxLabel = 63;
    private const string Expected = "must be an e-mail address such as name@example.com";

    // RFC 5322, 3.2.3: atext and the dot of dot-atom-text.
    private static readonly SearchValues<char> LocalPart =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    private static readonly SearchValues<char> Label =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    private static readonly IdnMapping Domains = new() { UseStd3AsciiRules = true };

    /// <summary>The address to store, or null when the text is blank or (with a reason) refused.</summary>
    public static string? Check(string? text, out string? reason)
    {
        reason = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var address = text.Trim();
        var at = address.LastIndexOf('@');
        if (at >= 0 && address.Length <= Contact.EmailMaxLength && !System.Text.Ascii.IsValid(address.AsSpan(at)))
        {
            address = WithAsciiDomain(address, at) ?? address;
        }

        reason = address.Length > Contact.EmailMaxLength ? "must be at most 255 characters long"
            : at < 0 || !IsLocalPart(address.AsSpan(0, at)) || !IsDomain(address.AsSpan(at + 1)) ? Expected
            : null;
        return reason is null ? address : null;
    }

    private static bool IsLocalPart(ReadOnlySpan<char> part) =>
        part.Length is > 0 and <= MaxLocalPart
        && part[0] is not ('.' or '=' or '+' or '-')
        && part[^1] != '.'
        && !part.ContainsAnyExcept(LocalPart)
        && !part.Contains("..", StringComparison.Ordinal);

    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        var labels = 0;
        foreach (var range in domain.Split('.'))
        {
            var label = domain[range];
            if (label.Length is 0 or > MaxLabel || label[0] == '-' || label[^1] == '-' || label.ContainsAnyExcept(Label))
            {
                return false;
            }

            labels++;
        }

        return labels >= 2;
    }

    private static string? WithAsciiDomain(string address, int at)
    {
        try
        {
            return string.Concat(address.AsSpan(0, at + 1), Domains.GetAscii(address[(at + 1)..].ToLowerInvariant()));
        }
        catch (ArgumentException)
        {
            // Not a domain name in any script: the caller's check of the characters says so.
            return null;
        }
    }
}
