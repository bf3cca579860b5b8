using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Makes passwords from the operating system's random numbers.</summary>
internal static class PasswordGenerator
{
    // Letters that a reader takes for others (i, l, o, I, L, O) stay out.
    private const string Lower = "abcdefghjkmnpqrstuvwxyz";
    private const string Upper = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string Numeric = "0123456789";
    private const string Special = "-_.{}~()*+!";

    /// <exception cref="ArgumentException">No kind of character is allowed, or one is asked for that is not.</exception>
    public static string Generate(GenerateParameterDefault wish)
    {
        var kinds = new (string Characters, bool Allowed, int AtLeast)[]
        {
            (Lower, wish.Lower, wish.MinLower),
            (Upper, wish.Upper, wish.MinUpper),
            (Numeric, wish.Numeric, wish.MinNumeric),
            (Special, wish.Special, wish.MinSpecial),
        };
        if (kinds.Any(k => !k.Allowed && k.AtLeast > 0) || !kinds.Any(k => k.Allowed))
        {
            throw new ArgumentException("A generated value needs at least one kind of character, and may only ask for kinds it allows.", nameof(wish));
        }

        var password = kinds.SelectMany(k => RandomNumberGenerator.GetItems<char>(k.Characters, k.AtLeast)).ToList();
        var allowed = string.Concat(kinds.Where(k => k.Allowed).Select(k => k.Characters));
        password.AddRange(RandomNumberGenerator.GetItems<char>(allowed, Math.Max(0, wish.MinLength - password.Count)));
        var characters = password.ToArray();
        RandomNumberGenerator.Shuffle(characters.AsSpan());
        return new string(characters);
    }
}
