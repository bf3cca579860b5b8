namespace ProductionReady.Api.Contacts.Rules;

/// <summary>
/// Telephone numbers in the form of ITU-T E.164: a plus sign, a country code that does not start with 0, and at most 15
/// digits in all; fewer than 7 is nobody's international number. Spaces, dots, dashes, slashes and parentheses are taken
/// out, a leading <c>00</c> becomes the plus sign, and the <c>(0)</c> of <c>+44 (0)20 7946 0000</c>, which is dialled only
/// within the country, is dropped. Whether a number is assigned is not checked.
/// </summary>
public static class PhoneRule
{
    public const int MinDigits = 7;
    public const int MaxDigits = 15;
    private const int MaxAsGiven = 64;

    /// <summary>The number as E.164, or null when the text is blank or (with a reason) refused.</summary>
    public static string? Check(string? text, out string? reason)
    {
        reason = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        Span<char> kept = stackalloc char[MaxAsGiven];
        var length = text.Length > MaxAsGiven ? 0 : TakeOutPunctuation(text, kept);
        var number = kept[..length];
        if (number.StartsWith("00"))
        {
            number = number[1..];
            number[0] = '+';
        }

        if (IsE164(number))
        {
            return number.SequenceEqual(text) ? text : number.ToString();
        }

        reason = "must be an international number as in ITU-T E.164: a plus sign or 00, then 7 to 15 digits, the first of them not 0";
        return null;
    }

    /// <summary>Digits and plus signs alone, for searching; null when any other character than punctuation is in the way.</summary>
    public static string? DigitsOf(string text)
    {
        Span<char> kept = stackalloc char[MaxAsGiven];
        return text.Length > MaxAsGiven || TakeOutPunctuation(text, kept) is not (> 0 and var length) ? null : kept[..length].ToString();
    }

    private static bool IsE164(ReadOnlySpan<char> number) =>
        number.Length is > MinDigits and <= MaxDigits + 1
        && number[0] == '+'
        && number[1] is >= '1' and <= '9'
        && !number[2..].ContainsAnyExceptInRange('0', '9');

    private static int TakeOutPunctuation(string text, Span<char> kept)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is >= '0' and <= '9' or '+')
            {
                kept[length++] = c;
            }
            else if (c == '(' && length > 0 && text.AsSpan(i).StartsWith("(0)"))
            {
                i += 2;
            }
            else if (!IsPunctuation(c))
            {
                return 0;
            }
        }

        return length;
    }

    // The last five are what word processors put for a plain hyphen or space: (non-breaking) hyphens and the en dash; no-break spaces.
    private static bool IsPunctuation(char c) =>
        c is ' ' or '\t' or '.' or '-' or '/' or '(' or ')' or '\u2010' or '\u2011' or '\u2013' or '\u00a0' or '\u202f';
}
