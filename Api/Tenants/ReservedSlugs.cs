using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;

namespace ProductionReady.Api.Tenants;

/// <summary>
/// Slugs that no tenant gets: a slug may become a host name or a path one day, and these would pass for the operator's own, for an
/// id, or for a name in another script.
/// </summary>
public static partial class ReservedSlugs
{
    private static readonly FrozenSet<string> All = new[]
    {
        "abuse", "account", "accounts", "admin", "administrator", "api", "app", "assets", "audit", "auth", "autoconfig", "autodiscover", "backup",
        "billing", "blog", "broadcasthost", "cdn", "contact", "dashboard", "demo", "dev", "dns", "docs", "download", "email", "example", "ftp",
        "graphql", "health", "help", "hostmaster", "imap", "info", "internal", "invoice", "isatap", "jobs", "legal", "localhost", "localdomain",
        "login", "logout", "mail", "metrics", "mta-sts", "noc", "noreply", "no-reply", "ns", "ns1", "ns2", "null", "oauth", "official", "oidc", "openapi",
        "operator", "owner", "password", "pay", "payment", "platform", "pop", "postmaster", "privacy", "production", "productionready", "public",
        "register", "root", "sales", "security", "service", "session", "settings", "shop", "signin", "signup", "smtp", "sso", "staff", "staging",
        "static", "status", "superuser", "support", "sysadmin", "system", "team", "tenant", "tenants", "terms", "test", "undefined", "unsubscribe",
        "usenet", "user", "users", "uucp", "webmail", "webmaster", "wpad", "ws", "www", "www1", "www2",
    }.Select(Skeleton).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>
    /// Whether nobody gets it: one of the words, what looks like one of them (<c>adm1n</c>, <c>sup-port</c>), what has hyphens in the third
    /// and fourth place as names in other scripts do (<c>xn--…</c>, RFC 5890, section 2.3.1), or what reads as a UUID.
    /// </summary>
    public static bool Contains(string slug) =>
        All.Contains(Skeleton(slug)) || (slug.Length >= 4 && slug.AsSpan(2, 2) is "--") || Uuid().IsMatch(slug);

    /// <summary>The same for slugs that look alike, in the manner of Unicode Technical Standard 39, section 4.</summary>
    private static string Skeleton(string slug)
    {
        var text = new StringBuilder(slug).Replace("-", "").Replace("rn", "m").Replace("vv", "w");
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = text[i] switch { '0' => 'o', '1' or 'i' => 'l', '3' => 'e', '4' => 'a', '5' => 's', '7' => 't', '8' => 'b', var other => other };
        }

        return text.ToString();
    }

    [GeneratedRegex(@"\A[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Uuid();
}
