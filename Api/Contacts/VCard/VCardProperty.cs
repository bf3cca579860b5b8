using System.Globalization;

namespace ProductionReady.Api.Contacts.VCard;

/// <summary>A content line of a vCard (RFC 6350, section 3.3): <c>[group.]name*(;parameter=value):value</c>.</summary>
/// <param name="Name">In upper case, without the group.</param>
/// <param name="Parameters">Names in upper case; values without their quotes.</param>
/// <param name="Value">As written, escapes and all.</param>
public sealed record VCardProperty(string Name, IReadOnlyList<KeyValuePair<string, string>> Parameters, string Value)
{
    /// <summary>Where the property has no PREF: behind all that do.</summary>
    public const int NotPreferred = 101;

    /// <summary>Parameter PREF (section 5.3): 1 is preferred most, 100 least.</summary>
    public int Preference =>
        int.TryParse(Parameter("PREF"), NumberStyles.None, CultureInfo.InvariantCulture, out var rank) && rank is >= 1 and <= 100
            ? rank
            : NotPreferred;

    /// <summary>The first value of a parameter, or null.</summary>
    public string? Parameter(string name) => Parameters.FirstOrDefault(parameter => parameter.Key == name).Value;

    /// <summary>Takes a logical line apart; null when it has no colon or no name.</summary>
    public static VCardProperty? Parse(string line)
    {
        var nameEnd = line.AsSpan().IndexOfAny(';', ':');
        var name = nameEnd < 0 ? "" : line[(line.LastIndexOf('.', nameEnd) + 1)..nameEnd].Trim().ToUpperInvariant();
        if (name.Length == 0)
        {
            return null;
        }

        var parameters = new List<KeyValuePair<string, string>>();
        var position = nameEnd;
        while (position < line.Length && line[position] == ';')
        {
            var start = position + 1;
            position = EndOfParameter(line, start);
            var parameter = line.AsSpan(start, position - start);
            var equals = parameter.IndexOf('=');
            if (equals > 0)
            {
                parameters.Add(new(parameter[..equals].Trim().ToString().ToUpperInvariant(), parameter[(equals + 1)..].Trim('"').ToString()));
            }
        }

        return position < line.Length ? new(name, parameters, line[(position + 1)..]) : null;
    }

    private static int EndOfParameter(string line, int start)
    {
        var quoted = false;
        for (var i = start; i < line.Length; i++)
        {
            if (line[i] == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && line[i] is ';' or ':')
            {
                return i;
            }
        }

        return line.Length;
    }
}
