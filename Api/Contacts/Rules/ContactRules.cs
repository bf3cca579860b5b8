using ProductionReady.Data.Contacts;

namespace ProductionReady.Api.Contacts.Rules;

/// <summary>
/// The address book's rules, in the one place that JSON, CSV and vCard share: what a contact must be like, and the form it
/// is stored in. A draft made of the stored form passes unchanged.
/// </summary>
public static class ContactRules
{
    /// <summary>Normalises the draft, or says all that is wrong with it.</summary>
    /// <param name="draft">The contact as given.</param>
    /// <param name="broken">Receives a line for each broken rule; untouched when all hold.</param>
    /// <returns>The contact to store, or null when a rule was broken.</returns>
    public static ContactFields? Check(in ContactDraft draft, ICollection<BrokenRule> broken)
    {
        var before = broken.Count;
        var name = Report(ContactField.Name, TextRule.Check(draft.Name, Contact.NameMaxLength, manyLines: false, out var reason), reason, broken);
        if (name is null && reason is null)
        {
            broken.Add(new(ContactField.Name, "is required"));
        }

        var email = Report(ContactField.Email, EmailRule.Check(draft.Email, out reason), reason, broken);
        var phone = Report(ContactField.Phone, PhoneRule.Check(draft.Phone, out reason), reason, broken);
        var address = Report(ContactField.Address, TextRule.Check(draft.Address, Contact.AddressMaxLength, manyLines: true, out reason), reason, broken);
        var age = Report(ContactField.Age, AgeRule.Check(draft.Age, out reason), reason, broken);
        var gender = Report(ContactField.Gender, GenderRule.Check(draft.Gender, out reason), reason, broken);
        return broken.Count == before ? new(name!, email, phone, address, age, gender) : null;
    }

    private static T Report<T>(string field, T value, string? reason, ICollection<BrokenRule> broken)
    {
        if (reason is not null)
        {
            broken.Add(new(field, reason));
        }

        return value;
    }
}
