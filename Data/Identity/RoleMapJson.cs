using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ProductionReady.Data.Identity;

/// <summary>How <see cref="OidcProvider.RoleMap"/> is stored: one JSON object, its members in the order of their names.</summary>
internal static class RoleMapJson
{
    public static readonly ValueConverter<IReadOnlyDictionary<string, string[]>, string> Converter = new(map => Write(map), json => Read(json));

    public static readonly ValueComparer<IReadOnlyDictionary<string, string[]>> Comparer = new(
        (one, other) => Write(one) == Write(other), map => Write(map).GetHashCode(StringComparison.Ordinal), map => Read(Write(map)));

    private static string Write(IReadOnlyDictionary<string, string[]>? map) => map is null
        ? ""
        : JsonSerializer.Serialize(new SortedDictionary<string, string[]>(map.ToDictionary(), StringComparer.Ordinal));

    private static IReadOnlyDictionary<string, string[]> Read(string json) => JsonSerializer.Deserialize<Dictionary<string, string[]>>(json)!;
}
