using System.Text;

namespace ProductionReady.Api.Identity.Passwords;

/// <summary>The forms under which a password is compared with what is common.</summary>
public static class PasswordText
{
    private const char FullwidthFirst = '\uFF01';
    private const char FullwidthLast = '\uFF5E';
    private const int FullwidthOffset = FullwidthFirst - '!';

    /// <summary>
    /// Lower case, with full-width letters, digits and signs as the plain ones. That is the part of NFKC which matters for the
    /// comparison; the framework's own normalisation does nothing without ICU, which the app does not need otherwise.
    /// </summary>
    public static string Fold(string password) => string.Create(password.Length, password, (folded, given) =>
    {
        for (var i = 0; i < given.Length; i++)
        {
            folded[i] = char.ToLowerInvariant(given[i] switch
            {
                >= FullwidthFirst and <= FullwidthLast => (char)(given[i] - FullwidthOffset),
                '\u3000' or '\u00A0' => ' ',
                _ => given[i],
            });
        }
    });

    /// <summary>Without spaces and the signs that people put between words.</summary>
    public static string WithoutSeparators(string text) =>
        text.All(c => !IsSeparator(c)) ? text : string.Concat(text.Where(c => !IsSeparator(c)));

    /// <summary>Back to front.</summary>
    public static string Reverse(string text)
    {
        var characters = text.ToCharArray();
        Array.Reverse(characters);
        return new string(characters);
    }

    /// <summary>The text itself, then with look-alike digits and signs as letters; 1 may stand for i and for l.</summary>
    public static IReadOnlyList<string> Readings(string text)
    {
        var withI = Unmasked(text, one: 'i');
        return withI == text ? [text] : [text, withI, Unmasked(text, one: 'l')];
    }

    /// <summary>Words of three characters or more in a name, and the name in one piece.</summary>
    public static IEnumerable<string> WordsOf(string name)
    {
        var folded = Fold(name);
        var words = new string([.. folded.Select(c => char.IsLetterOrDigit(c) ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Append(string.Concat(words)).Where(word => word.Length >= CommonPasswords.ShortestBase);
    }

    private static bool IsSeparator(char c) => char.IsWhiteSpace(c) || c is '-' or '_' or '.' or ',' or '+' or '/' or ':';

    private static string Unmasked(string text, char one)
    {
        var unmasked = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            unmasked.Append(c switch
            {
                '0' => 'o',
                '1' or '!' or '|' => one,
                '2' => 'z',
                '3' or '€' => 'e',
                '4' or '@' => 'a',
                '5' or '$' => 's',
                '6' or '9' => 'g',
                '7' or '+' => 't',
                '8' => 'b',
                _ => c,
            });
        }

        return unmasked.ToString();
    }
}
