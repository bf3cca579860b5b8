using System.Collections.Frozen;

namespace ProductionReady.Api.Identity.Passwords;

/// <summary>
/// The list of common passwords that ships with the app (<c>common-passwords.txt</c>), as bases in lower case: what people
/// add to a base to make it long enough is <see cref="GuessCost"/>'s to see through.
/// </summary>
public static class CommonPasswords
{
    /// <summary>Shortest base, in characters.</summary>
    public const int ShortestBase = 3;

    private static readonly FrozenSet<string> Bases = Read();
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> BasesBySpan = Bases.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>How many bases there are.</summary>
    public static int Count => Bases.Count;

    /// <summary>Length of the longest base, in characters.</summary>
    public static int LongestBase { get; } = Bases.Max(word => word.Length);

    /// <summary>Whether the text, in lower case, is a base.</summary>
    public static bool Contains(ReadOnlySpan<char> text) => BasesBySpan.Contains(text);

    private static FrozenSet<string> Read()
    {
        using var file = typeof(CommonPasswords).Assembly.GetManifestResourceStream("common-passwords.txt")
            ?? throw new InvalidOperationException("The list of common passwords is not part of the assembly.");
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Split('\n')
            .Where(line => !line.StartsWith('#'))
            .SelectMany(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(word => word.Length >= ShortestBase)
            .ToFrozenSet(StringComparer.Ordinal);
    }
}
