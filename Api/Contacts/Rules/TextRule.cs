using System.Globalization;

namespace ProductionReady.Api.Contacts.Rules;

/// <summary>
/// Names and addresses: any script, trimmed, of bounded length. Length is counted in Unicode code points, as PostgreSQL's
/// <c>varchar(n)</c> counts. Control characters, unpaired surrogates and noncharacters are refused; line breaks, where
/// they are allowed, are stored as LF, because a vCard knows no other.
/// </summary>
public static class TextRule
{
    /// <summary>The text to store, or null when it is blank or (with a reason) refused.</summary>
    public static string? Check(string? text, int max, bool manyLines, out string? reason)
    {
        reason = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var trimmed = text.Trim();
        if (manyLines && trimmed.Contains('\r', StringComparison.Ordinal))
        {
            trimmed = trimmed.ReplaceLineEndings("\n");
        }

        var length = 0;
        for (var i = 0; i < trimmed.Length; i++, length++)
        {
            var unit = trimmed[i];
            if (unit is >= ' ' and < '\x7f' || (manyLines && unit is '\n' or '\t'))
            {
                continue;
            }

            if (char.IsControl(unit))
            {
                reason = manyLines
                    ? "must not hold control characters other than line breaks and tabs"
                    : "must not hold line breaks or other control characters";
                return null;
            }

            var paired = i + 1 < trimmed.Length && char.IsSurrogatePair(unit, trimmed[i + 1]);
            if ((char.IsSurrogate(unit) && !paired) || unit is >= '\ufdd0' and <= '\ufdef' or '\ufffe' or '\uffff')
            {
                reason = "is not valid Unicode text";
                return null;
            }

            i += paired ? 1 : 0;
        }

        if (length > max)
        {
            reason = string.Create(CultureInfo.InvariantCulture, $"must be at most {max} characters long");
            return null;
        }

        return trimmed;
    }
}
