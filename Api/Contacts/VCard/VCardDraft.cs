using System.Globalization;
using ProductionReady.Api.Contacts.Rules;

namespace ProductionReady.Api.Contacts.VCard;

/// <summary>
/// Gathers a contact from the properties of one card. Of several of a kind the one with the best PREF counts, among equals
/// the first. GENDER is female for F, male for M, else unspecified. vCard has no age: ours travels as <c>X-AGE</c>
/// (section 6.10), and without one a full BDAY gives the age on the day of the import.
/// </summary>
/// <param name="today">The day to count ages at.</param>
public sealed class VCardDraft(DateOnly today)
{
    private readonly Dictionary<string, VCardProperty> _best = new(StringComparer.Ordinal);

    /// <summary>The properties that are read; the rest of a card is passed over.</summary>
    public static bool Knows(ReadOnlySpan<char> name) =>
        name is "VERSION" or "FN" or "N" or "EMAIL" or "TEL" or "ADR" or "GENDER" or "BDAY" or "X-AGE";

    /// <summary>VERSION, or null.</summary>
    public string? Version => Value("VERSION")?.Trim();

    /// <summary>Takes a property in.</summary>
    public void Add(VCardProperty property)
    {
        if (!_best.TryGetValue(property.Name, out var present) || property.Preference < present.Preference)
        {
            _best[property.Name] = property;
        }
    }

    /// <summary>The contact that the card describes.</summary>
    public ContactDraft Draft() => new()
    {
        Name = Name(),
        Email = Text("EMAIL"),
        Phone = Phone(),
        Address = Address(),
        Age = Text("X-AGE") ?? AgeFromBirthday(),
        Gender = Value("GENDER")?.Split(';')[0].Trim().ToUpperInvariant() switch { "F" => "female", "M" => "male", _ => null },
    };

    private string? Name()
    {
        var formatted = Text("FN");
        if (!string.IsNullOrWhiteSpace(formatted) || Value("N") is not { } name)
        {
            return formatted;
        }

        // Section 6.2.2: family names; given names; additional names; prefixes; suffixes.
        var parts = VCardText.Components(name);
        int[] spoken = [3, 1, 2, 0, 4];
        return string.Join(' ', spoken.Where(i => i < parts.Count && parts[i].Length > 0).Select(i => parts[i]));
    }

    private string? Phone()
    {
        const string Scheme = "tel:";
        var number = Text("TEL");
        return number?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true
            ? number[Scheme.Length..].Split(';')[0] // RFC 3966: what follows the semicolon is an extension or a context.
            : number;
    }

    private string? Address()
    {
        if (!_best.TryGetValue("ADR", out var address))
        {
            return null;
        }

        // The label is the address as it is written on a letter.
        return address.Parameter("LABEL") is { } label
            ? VCardText.Unescape(VCardText.UnescapeParameter(label))
            : string.Join(", ", VCardText.Components(address.Value).Where(part => part.Length > 0));
    }

    private string? AgeFromBirthday()
    {
        var date = Value("BDAY")?.Split('T')[0].Trim();
        return DateOnly.TryParseExact(date, ["yyyyMMdd", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var born) && born <= today
            ? (today.Year - born.Year - (today < born.AddYears(today.Year - born.Year) ? 1 : 0)).ToString(CultureInfo.InvariantCulture)
            : null;
    }

    private string? Text(string name) => Value(name) is { } value ? VCardText.Unescape(value) : null;

    private string? Value(string name) => _best.GetValueOrDefault(name)?.Value;
}
