using System.Globalization;
using ProductionReady.Data.Contacts;

namespace ProductionReady.Api.Contacts.Rules;

/// <summary>A whole number of years from 0 to 150, in decimal digits.</summary>
public static class AgeRule
{
    /// <summary>The age, or null when the text is blank or (with a reason) refused.</summary>
    public static short? Check(string? text, out string? reason)
    {
        reason = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (short.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var years) && years <= Contact.AgeMaximum)
        {
            return years;
        }

        reason = "must be a whole number from 0 to 150";
        return null;
    }
}
