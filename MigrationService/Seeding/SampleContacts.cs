using ProductionReady.Data.Contacts;

namespace ProductionReady.MigrationService.Seeding;

/// <summary>A few contacts that show what the fields may hold. Domains and numbers are set aside for examples (RFC 2606, +1 202 555 01xx).</summary>
internal static class SampleContacts
{
    public static IEnumerable<Contact> At(DateTimeOffset now) =>
    [
        new()
        {
            Name = "Ada Lindqvist",
            Email = "ada@example.com",
            Phone = "+12025550101",
            Address = "1 Analytical Way, Springfield",
            Age = 36,
            Gender = Gender.Female,
            CreatedAt = now,
            UpdatedAt = now,
        },
        new() { Name = "Bảo Trần", Email = "bao@example.com", Phone = "+12025550102", Gender = Gender.Male, CreatedAt = now, UpdatedAt = now },
        new() { Name = "Chidi Okafor", Email = "chidi@example.org", Age = 52, CreatedAt = now, UpdatedAt = now },
        new() { Name = "Nobody Reachable", CreatedAt = now, UpdatedAt = now },
    ];
}
