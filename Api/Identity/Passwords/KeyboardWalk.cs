namespace ProductionReady.Api.Identity.Passwords;

/// <summary>Finds what fingers or counting do by themselves: neighbouring keys of an English keyboard, <c>abc</c>, <c>987</c>.</summary>
public static class KeyboardWalk
{
    /// <summary>Fewest characters that count as a run.</summary>
    public const int Shortest = 3;

    // Each row of keys is shifted against the one above; counted in quarters of a key's width.
    private static readonly (string Keys, int Shift)[] Rows = [("`1234567890-=", -4), ("qwertyuiop[]\\", 2), ("asdfghjkl;'", 3), ("zxcvbnm,./", 5)];
    private static readonly Dictionary<char, (int X, int Y)> Places = Rows
        .SelectMany((row, y) => row.Keys.Select((key, x) => (key, place: ((x * 4) + row.Shift, y))))
        .ToDictionary(key => key.key, key => key.place);

    /// <summary>How many characters from the start on lie beside or above one another, each to the next.</summary>
    public static int Length(string text, int start)
    {
        var end = start + 1;
        while (end < text.Length && AreNeighbours(text[end - 1], text[end]))
        {
            end++;
        }

        return end - start;
    }

    /// <summary>How many characters from the start on follow one another in the alphabet or in counting, up or down.</summary>
    public static int SequenceLength(string text, int start)
    {
        var step = start + 1 < text.Length ? text[start + 1] - text[start] : 0;
        if (step is not (1 or -1) || !char.IsLetterOrDigit(text[start]))
        {
            return 1;
        }

        var end = start + 1;
        while (end < text.Length && text[end] - text[end - 1] == step && char.IsLetterOrDigit(text[end]))
        {
            end++;
        }

        return end - start;
    }

    private static bool AreNeighbours(char one, char other) =>
        one != other && Places.TryGetValue(one, out var a) && Places.TryGetValue(other, out var b)
        && Math.Abs(a.Y - b.Y) <= 1 && Math.Abs(a.X - b.X) <= 4;
}
