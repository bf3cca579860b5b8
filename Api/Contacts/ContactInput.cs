namespace ProductionReady.Api.Contacts;

/// <summary>
/// What a client sends, for the interface's description; <see cref="ContactBody"/> reads it. All but the name may be null or
/// left out.
/// </summary>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Email">At most 255 characters.</param>
/// <param name="Phone">An international number; spaces, dots, dashes and parentheses do not matter.</param>
/// <param name="Address">At most 500 characters.</param>
/// <param name="Age">Years, 0 to 150.</param>
/// <param name="Gender">female, male or unspecified.</param>
public sealed record ContactInput(string Name, string? Email, string? Phone, string? Address, int? Age, string? Gender);
