using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ProductionReady.Api.Versions;

/// <summary>A row's version (its <c>xmin</c>) as an entity tag (RFC 9110, section 8.8.3), and the preconditions made of it.</summary>
public static class EntityVersion
{
    /// <summary>The version as text.</summary>
    public static string Text(uint version) => version.ToString(CultureInfo.InvariantCulture);

    /// <summary>The version as a strong entity tag.</summary>
    public static string ETag(uint version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>
    /// The versions that <c>If-Match</c> lets be changed (section 13.1.1): any without the header or with <c>*</c>, else those
    /// of its strong tags. A header that cannot be read names none: better to refuse than to overwrite.
    /// </summary>
    public static KnownVersions Known(HttpRequest request)
    {
        var header = request.Headers.IfMatch;
        if (StringValues.IsNullOrEmpty(header))
        {
            return KnownVersions.Any;
        }

        if (!EntityTagHeaderValue.TryParseStrictList(header!, out var tags))
        {
            return KnownVersions.Only([]);
        }

        return tags.Any(tag => tag.Tag == "*")
            ? KnownVersions.Any
            : KnownVersions.Only(tags.Where(tag => !tag.IsWeak).Select(Version).OfType<uint>());
    }

    /// <summary>Whether <c>If-None-Match</c> says that the caller has this version already (section 13.1.2; tags compare weakly).</summary>
    public static bool IsHeldBy(HttpRequest request, uint version)
    {
        var header = request.Headers.IfNoneMatch;
        return !StringValues.IsNullOrEmpty(header)
            && EntityTagHeaderValue.TryParseList(header!, out var tags)
            && tags.Any(tag => tag.Tag == "*" || Version(tag) == version);
    }

    private static uint? Version(EntityTagHeaderValue tag) =>
        uint.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}
