namespace ProductionReady.Api.Contacts.Rules;

/// <summary>One thing that is wrong with a contact.</summary>
/// <param name="Field">As in <see cref="ContactField"/>; null when it is about the contact as a whole.</param>
/// <param name="Reason">For a person; does not repeat the value.</param>
public readonly record struct BrokenRule(string? Field, string Reason);
