using System.Collections.Frozen;

namespace ProductionReady.Api.Tenants;

/// <summary>
/// Slugs that no tenant gets: a slug may become a host name or a path one day, and these would pass for the operator's own.
/// </summary>
public static class ReservedSlugs
{
    private static readonly FrozenSet<string> All = new[]
    {
        "admin", "administrator", "api", "app", "assets", "auth", "billing", "cdn", "dashboard", "docs", "ftp", "health", "help", "localhost",
        "login", "mail", "metrics", "openapi", "platform", "postmaster", "productionready", "root", "security", "smtp", "static", "status", "support",
        "system", "www",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a slug is one of them.</summary>
    public static bool Contains(string slug) => All.Contains(slug);
}
