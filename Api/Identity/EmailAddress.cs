using ProductionReady.Api.Errors;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity;

/// <summary>
/// What is taken for an e-mail address: one <c>@</c> with something before it and a name with a dot after it, no white space and
/// no control characters, up to 255 characters. Whether mail arrives can only be found out by sending some.
/// </summary>
public static class EmailAddress
{
    /// <summary>Adds what is wrong with an address to the errors of a field.</summary>
    public static void Check(FieldErrors errors, string field, string address) =>
        errors.Require(IsPlausible(address), field, $"Must be an e-mail address of up to {User.EmailMaxLength} characters.");

    /// <summary>Whether it has the form of an address.</summary>
    public static bool IsPlausible(string address)
    {
        var at = address.IndexOf('@', StringComparison.Ordinal);
        if (address.Length > User.EmailMaxLength || at <= 0 || at != address.LastIndexOf('@'))
        {
            return false;
        }

        var domain = address.AsSpan(at + 1);
        return domain.Contains('.') && domain[0] != '.' && domain[^1] != '.' && !domain.Contains("..", StringComparison.Ordinal)
            && !address.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '<' or '>' or ',' or ';' or '"');
    }
}
