namespace ProductionReady.Api.Identity.Passwords;

/// <summary>
/// Estimates how hard a password is to guess, in bits: the cheapest way to put it together from common passwords, names the
/// attacker knows, sequences, walks over the keyboard, repetitions, years and single characters. The idea is that of zxcvbn
/// (Wheeler, USENIX Security 2016), much simplified: the costs are rough, and made for telling a stretched common password
/// from a passphrase, for nothing finer.
/// </summary>
public static class GuessCost
{
    private const int Word = 10;
    private const int KnownName = 2;
    private const int LookAlikes = 1;
    private const int Repetition = 1;
    private const int Sequence = 6;
    private const int Walk = 7;
    private const int Year = 6;
    private const int Digit = 3;
    private const int Sign = 4;
    private const int Letter = 5;
    private const int Separators = 4;

    /// <summary>The estimate, as if the attacker tried the cheapest reading first.</summary>
    /// <param name="password">As it was given.</param>
    /// <param name="knownNames">What the attacker knows of the account, in any case: parts of the address, the tenant's name.</param>
    public static int Bits(string password, IReadOnlySet<string> knownNames)
    {
        var text = PasswordText.Fold(password);
        var squeezed = PasswordText.WithoutSeparators(text);
        var bits = Math.Min(Cheapest(text, knownNames), Cheapest(PasswordText.Reverse(text), knownNames) + LookAlikes);
        return squeezed.Length == text.Length ? bits : Math.Min(bits, Cheapest(squeezed, knownNames) + Separators);
    }

    private static int Cheapest(string text, IReadOnlySet<string> knownNames)
    {
        var readings = PasswordText.Readings(text);
        var cost = new int[text.Length + 1];
        Array.Fill(cost, int.MaxValue, 1, text.Length);
        for (var start = 0; start < text.Length; start++)
        {
            Offer(cost, start, 1, Single(text[start]));
            OfferRepetitions(cost, text, start);
            OfferRuns(cost, text, start);
            OfferWords(cost, readings, start, knownNames);
        }

        return cost[^1];
    }

    private static void OfferRepetitions(int[] cost, string text, int start)
    {
        for (var length = 1; length <= Math.Min(start, text.Length - start); length++)
        {
            if (string.CompareOrdinal(text, start - length, text, start, length) == 0)
            {
                Offer(cost, start, length, Repetition);
            }
        }
    }

    private static void OfferRuns(int[] cost, string text, int start)
    {
        for (var length = KeyboardWalk.Shortest; length <= KeyboardWalk.SequenceLength(text, start); length++)
        {
            Offer(cost, start, length, Sequence);
        }

        for (var length = KeyboardWalk.Shortest; length <= KeyboardWalk.Length(text, start); length++)
        {
            Offer(cost, start, length, Walk);
        }

        if (start + 4 <= text.Length && text.AsSpan(start, 2) is "19" or "20" && char.IsAsciiDigit(text[start + 2]) && char.IsAsciiDigit(text[start + 3]))
        {
            Offer(cost, start, 4, Year);
        }
    }

    private static void OfferWords(int[] cost, IReadOnlyList<string> readings, int start, IReadOnlySet<string> knownNames)
    {
        for (var reading = 0; reading < readings.Count; reading++)
        {
            var text = readings[reading];
            var extra = reading == 0 ? 0 : LookAlikes;
            var longest = Math.Min(CommonPasswords.LongestBase, text.Length - start);
            for (var length = CommonPasswords.ShortestBase; length <= longest; length++)
            {
                // Digits alone are a number, whatever word they look like.
                if (CommonPasswords.Contains(text.AsSpan(start, length)) && (reading == 0 || LettersIn(readings[0].AsSpan(start, length)) * 3 >= length))
                {
                    Offer(cost, start, length, Word + extra);
                }
            }

            foreach (var name in knownNames.Where(name => string.CompareOrdinal(text, start, name, 0, name.Length) == 0))
            {
                Offer(cost, start, name.Length, KnownName + extra);
            }
        }
    }

    private static int LettersIn(ReadOnlySpan<char> text)
    {
        var letters = 0;
        foreach (var c in text)
        {
            letters += char.IsLetter(c) ? 1 : 0;
        }

        return letters;
    }

    private static void Offer(int[] cost, int start, int length, int price) =>
        cost[start + length] = Math.Min(cost[start + length], cost[start] + price);

    private static int Single(char c) => char.IsAsciiDigit(c) ? Digit : char.IsLetter(c) || char.IsSurrogate(c) ? Letter : Sign;
}
