using System.Globalization;
using System.Text;
using Microsoft.Extensions.Primitives;
using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Api.Errors;
using ProductionReady.Data.Contacts;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Api.Contacts;

/// <summary>
/// Which contacts to list or export: those that meet all that is given. Texts match anywhere in the field without regard
/// to case; a whole e-mail address matches that address alone.
/// </summary>
/// <param name="Search">Text that the name, e-mail, phone or address holds.</param>
/// <param name="Name">Text that the name holds.</param>
/// <param name="Email">Text that the e-mail address holds.</param>
/// <param name="Phone">Digits that the phone number holds; punctuation is passed over.</param>
/// <param name="Address">Text that the address holds.</param>
/// <param name="Gender">The gender.</param>
/// <param name="Age">The age, in years.</param>
/// <param name="AgeMin">The lowest age.</param>
/// <param name="AgeMax">The highest age.</param>
public sealed record ContactFilter(
    string? Search, string? Name, string? Email, string? Phone, string? Address, Gender? Gender, short? Age, short? AgeMin, short? AgeMax)
{
    private const int MaxText = 255;

    private static readonly string[] Parameters = ["q", "name", "email", "phone", "address", "gender", "age", "ageMin", "ageMax"];

    /// <summary>
    /// Reads the filter from a query string. A parameter that is neither the filter's nor among <paramref name="others"/> is
    /// an error: a misspelt one would list, or export, more than was asked for.
    /// </summary>
    public static ContactFilter Read(IQueryCollection query, ReadOnlySpan<string> others, FieldErrors errors)
    {
        foreach (var (name, values) in query)
        {
            if (!Parameters.Contains(name, StringComparer.Ordinal) && !others.Contains(name))
            {
                errors.Add(name, "There is no such parameter.");
            }
            else if (values.Count > 1)
            {
                errors.Add(name, "Is given more than once.");
            }
        }

        return new(
            Text("q"), Text("name"), Text("email"), Text("phone"), Text("address"),
            Given("gender") is { } gender && Fits("gender", GenderRule.Check(gender, out var reason), reason) is var known ? known : null,
            Years("age"), Years("ageMin"), Years("ageMax"));

        string? Given(string name) => query.TryGetValue(name, out var values) && !StringValues.IsNullOrEmpty(values) ? values[0] : null;

        string? Text(string name)
        {
            var text = Given(name);
            errors.Require(text is null || (text.Length <= MaxText && Json.StorableText.IsStorable(text)), name, "Must be at most 255 characters of Unicode text.");
            return text;
        }

        short? Years(string name) => Fits(name, AgeRule.Check(Given(name), out var reason), reason);

        T Fits<T>(string name, T value, string? reason)
        {
            if (reason is not null)
            {
                errors.Add(name, BrokenRule.SentenceOf(reason));
            }

            return value;
        }
    }

    /// <summary>The same text if and only if the same is asked for; what a cursor is bound to.</summary>
    public string Canonical()
    {
        var text = new StringBuilder();
        foreach (var part in (ReadOnlySpan<string?>)[Search, Name, Email, Phone, Address, Gender is { } gender ? StoredText.Of(gender) : null, Number(Age), Number(AgeMin), Number(AgeMax)])
        {
            text.Append(CultureInfo.InvariantCulture, $"{part?.Length ?? -1}:{part};");
        }

        return text.ToString();
    }

    private static string? Number(short? years) => years?.ToString(CultureInfo.InvariantCulture);
}
