using ProductionReady.Data.Contacts;

namespace ProductionReady.Api.Contacts.Rules;

/// <summary>A contact's own fields, valid and normalised: what <see cref="ContactRules"/> lets through and the table holds.</summary>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Email">At most 255 characters, ASCII; see <see cref="EmailRule"/>.</param>
/// <param name="Phone">E.164 with its plus sign; see <see cref="PhoneRule"/>.</param>
/// <param name="Address">1 to 500 characters; lines are separated by LF.</param>
/// <param name="Age">Years, 0 to 150.</param>
/// <param name="Gender">Unspecified when nothing was said.</param>
public sealed record ContactFields(string Name, string? Email, string? Phone, string? Address, short? Age, Gender Gender);
