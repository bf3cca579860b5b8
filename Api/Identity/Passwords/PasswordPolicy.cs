using ProductionReady.Api.Errors;

namespace ProductionReady.Api.Identity.Passwords;

/// <summary>
/// Which passwords are taken: long ones that are not common. Which kinds of characters they have is nobody's business (NIST SP
/// 800-63B, section 5.1.1.2).
/// </summary>
public static class PasswordPolicy
{
    /// <summary>Shortest password, in Unicode code points.</summary>
    public const int MinLength = 12;

    /// <summary>Longest password, in Unicode code points: hashing a book would be an attack on us.</summary>
    public const int MaxLength = 128;

    /// <summary>
    /// Least <see cref="GuessCost"/>, in bits. Three words of the list pass, two with a number do not; a password of 12
    /// characters by chance has 36 or more.
    /// </summary>
    public const int MinGuessCost = 30;

    private const int FewestDifferent = 5;

    /// <summary>Adds what is wrong with a password to the errors of a field.</summary>
    /// <param name="errors">Where to.</param>
    /// <param name="field">Name of the field.</param>
    /// <param name="password">The password.</param>
    /// <param name="guessable">What an attacker would try first, such as the e-mail address and the tenant's name.</param>
    public static void Check(FieldErrors errors, string field, string password, params ReadOnlySpan<string> guessable)
    {
        var runes = password.EnumerateRunes().ToList();
        errors.Require(runes.Count is >= MinLength and <= MaxLength, field, $"Must have {MinLength} to {MaxLength} characters.")
            .Require(runes.Distinct().Count() >= FewestDifferent, field, $"Must have {FewestDifferent} different characters or more.");
        if (runes.Count > MaxLength)
        {
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var guess in guessable)
        {
            errors.Require(!password.Equals(guess, StringComparison.OrdinalIgnoreCase), field, "Must not repeat another field.");
            names.UnionWith(PasswordText.WordsOf(guess));
        }

        errors.Require(
            GuessCost.Bits(password, names) >= MinGuessCost,
            field,
            "Is too easy to guess: it is made of common passwords, names or sequences. Take longer, or take words that do not belong together.");
    }
}
