using System.Collections.Frozen;
using System.Globalization;

namespace ProductionReady.Api.Versions;

/// <summary>The versions of a row that a caller is ready to change: all, or those it names.</summary>
public sealed class KnownVersions
{
    private readonly FrozenSet<uint>? _versions;

    private KnownVersions(FrozenSet<uint>? versions)
    {
        _versions = versions;
    }

    /// <summary>Whatever version it is.</summary>
    public static KnownVersions Any { get; } = new(null);

    /// <summary>These alone; none of them means that nothing may be changed.</summary>
    public static KnownVersions Only(IEnumerable<uint> versions) => new(versions.ToFrozenSet());

    /// <summary>Whether the caller knows this one.</summary>
    public bool Include(uint version) => _versions?.Contains(version) ?? true;

    /// <summary>As PostgreSQL writes <c>xmin</c>; null for any.</summary>
    public string[]? AsText() => _versions?.Select(version => version.ToString(CultureInfo.InvariantCulture)).ToArray();
}
