using ProductionReady.Data.Contacts;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Api.Contacts.Rules;

/// <summary><c>female</c>, <c>male</c> or <c>unspecified</c>, in any case; not given means unspecified.</summary>
public static class GenderRule
{
    /// <summary>The gender to store; unspecified, with a reason, when the text is none of the three words.</summary>
    public static Gender Check(string? text, out string? reason)
    {
        reason = null;
        var given = text.AsSpan().Trim();
        foreach (var gender in Enum.GetValues<Gender>())
        {
            if (given.Equals(StoredText.Of(gender), StringComparison.OrdinalIgnoreCase))
            {
                return gender;
            }
        }

        reason = given.IsEmpty ? null : "must be female, male or unspecified";
        return Gender.Unspecified;
    }
}
