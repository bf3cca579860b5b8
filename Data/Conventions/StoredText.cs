using System.Collections.Frozen;
using System.Text.Json;

namespace ProductionReady.Data.Conventions;

/// <summary>
/// The words that stand for enum members in the database, in JSON and in tokens: the member's name in snake case
/// (<c>EventManager</c> is <c>event_manager</c>).
/// </summary>
public static class StoredText
{
    /// <summary>The word for a member.</summary>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => Words<TEnum>.ByMember[value];

    /// <summary>Finds the member a word stands for; words are compared exactly.</summary>
    public static bool TryParse<TEnum>(string? word, out TEnum value)
        where TEnum : struct, Enum
    {
        value = default;
        return word is not null && Words<TEnum>.ByWord.TryGetValue(word, out value);
    }

    /// <summary>The member a word stands for.</summary>
    /// <exception cref="FormatException">The word stands for none.</exception>
    public static TEnum Parse<TEnum>(string word)
        where TEnum : struct, Enum =>
        TryParse<TEnum>(word, out var value) ? value : throw new FormatException($"'{word}' is no {typeof(TEnum).Name}.");

    /// <summary>All words, in the order of the members.</summary>
    public static IReadOnlyList<string> All<TEnum>()
        where TEnum : struct, Enum => [.. Enum.GetValues<TEnum>().Select(Of)];

    private static class Words<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly FrozenDictionary<TEnum, string> ByMember = Enum.GetValues<TEnum>()
            .ToFrozenDictionary(member => member, member => JsonNamingPolicy.SnakeCaseLower.ConvertName(member.ToString()));

        public static readonly FrozenDictionary<string, TEnum> ByWord = ByMember
            .ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}
