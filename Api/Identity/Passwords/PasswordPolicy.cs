using ProductionReady.Api.Errors;

namespace ProductionReady.Api.Identity.Passwords;

/// <summary>Which passwords are taken: long ones. What they are made of is nobody's business (NIST SP 800-63B, section 5.1.1.2).</summary>
public static class PasswordPolicy
{
    /// <summary>Shortest password, in characters.</summary>
    public const int MinLength = 12;

    /// <summary>Longest password, in characters: hashing a book would be an attack on us.</summary>
    public const int MaxLength = 128;

    private const int FewestDifferent = 5;

    /// <summary>Adds what is wrong with a password to the errors of a field.</summary>
    /// <param name="errors">Where to.</param>
    /// <param name="field">Name of the field.</param>
    /// <param name="password">The password.</param>
    /// <param name="guessable">What an attacker would try first, such as the e-mail address.</param>
    public static void Check(FieldErrors errors, string field, string password, params ReadOnlySpan<string> guessable)
    {
        errors.Require(password.Length is >= MinLength and <= MaxLength, field, $"Must have {MinLength} to {MaxLength} characters.")
            .Require(password.Distinct().Count() >= FewestDifferent, field, $"Must have {FewestDifferent} different characters or more.");
        foreach (var guess in guessable)
        {
            errors.Require(!password.Equals(guess, StringComparison.OrdinalIgnoreCase), field, "Must not repeat another field.");
        }
    }
}
