using System.Text;

namespace ProductionReady.Api.Contacts.VCard;

/// <summary>Escapes of text values (RFC 6350, section 3.4): backslash, comma, semicolon and line break.</summary>
public static class VCardText
{
    /// <summary>The text as it stands in a value or in a component of one.</summary>
    public static string Escape(string text) =>
        text.AsSpan().IndexOfAny("\\,;\n") < 0
            ? text
            : text.Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace(",", "\\,", StringComparison.Ordinal)
                .Replace(";", "\\;", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>The text of a value that is not structured.</summary>
    public static string Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal))
        {
            return value;
        }

        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            var escapes = value[i] == '\\' && i + 1 < value.Length;
            text.Append(!escapes ? value[i] : value[++i] is 'n' or 'N' ? '\n' : value[i]);
        }

        return text.ToString();
    }

    /// <summary>The text of a parameter's value, where <c>^n</c> is a line break, <c>^'</c> a double quote and <c>^^</c> a caret (RFC 6868).</summary>
    public static string UnescapeParameter(string value)
    {
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            var escaped = value[i] == '^' && i + 1 < value.Length ? value[i + 1] switch { 'n' => '\n', '\'' => '"', '^' => '^', _ => '\0' } : '\0';
            text.Append(escaped == '\0' ? value[i] : escaped);
            i += escaped == '\0' ? 0 : 1;
        }

        return text.ToString();
    }

    /// <summary>
    /// The components of a structured value, separated by semicolons. A component that is a list, separated by commas, is
    /// joined by a comma and a space.
    /// </summary>
    public static IReadOnlyList<string> Components(string value) =>
        [.. Split(value, ';').Select(component => string.Join(", ", Split(component, ',').Select(Unescape).Where(part => part.Length > 0)))];

    private static IEnumerable<string> Split(string value, char separator)
    {
        var start = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\')
            {
                i++;
            }
            else if (value[i] == separator)
            {
                yield return value[start..i];
                start = i + 1;
            }
        }

        yield return value[start..];
    }
}
