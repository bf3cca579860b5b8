namespace ProductionReady.Api.Json;

/// <summary>
/// Text that PostgreSQL can hold: no U+0000, which its <c>text</c> refuses, and no half of a surrogate pair, which has no
/// UTF-8 form. Anything else is left alone.
/// </summary>
public static class StorableText
{
    /// <summary>Whether the text can be stored.</summary>
    public static bool IsStorable(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsLowSurrogate(text[i]))
            {
                return false;
            }

            if (char.IsHighSurrogate(text[i]) && (++i == text.Length || !char.IsLowSurrogate(text[i])))
            {
                return false;
            }
        }

        return true;
    }
}
