using ProductionReady.Api.Contacts;
using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity;
using ProductionReady.Api.Roles;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Tenants.Import;

/// <summary>A user of an archive.</summary>
internal sealed record ImportedUser(Guid Id, string Email, string DisplayName, string[] Roles, UserState State, DateTime CreatedAt, DateTime UpdatedAt);

/// <summary>A contact of an archive.</summary>
internal sealed record ImportedContact(Guid Id, ContactFields Fields, DateTime CreatedAt, DateTime UpdatedAt);

/// <summary>
/// Reads rows under the rules that they would have to keep if they came one by one through the Api. What an archive cannot bring: a
/// permission that tenants do not have, the role of platform administrators, a password.
/// </summary>
internal static class ImportedRows
{
    /// <summary>A role that the tenant made.</summary>
    /// <exception cref="ArchiveRefusedException">It breaks a rule; as of the others.</exception>
    public static Role Role(ArchiveLine line)
    {
        var (name, description, permissions) = (line.Text("name"), line.Text("description"), line.Texts("permissions"));
        return new FieldErrors().CheckName(name).Check(description, permissions) is { Any: true } errors
            ? throw line.Refused(string.Join("; ", errors.ToDictionary().Select(error => $"{error.Key} {error.Value[0]}")))
            : new Role { Name = name, Description = description, Permissions = permissions, CreatedAt = line.Time("createdAt"), UpdatedAt = line.Time("updatedAt") };
    }

    /// <summary>A user; <paramref name="roles"/> are those of the archive.</summary>
    public static ImportedUser User(ArchiveLine line, IReadOnlySet<string> roles)
    {
        var (email, displayName, held) = (line.Text("email"), line.Text("displayName"), line.Texts("roles"));
        return !EmailAddress.IsPlausible(email) ? throw line.Refused("email is no e-mail address")
            : string.IsNullOrWhiteSpace(displayName) || displayName.Length > Data.Identity.User.DisplayNameMaxLength || displayName.Any(char.IsControl)
                ? throw line.Refused("displayName must have 1 to 100 printable characters")
            : held.Length == 0 || held.Any(role => !MayHold(role, roles)) ? throw line.Refused("roles must name roles of the archive or built-in ones of tenants")
            : !StoredText.TryParse<UserState>(line.Text("state"), out var state) ? throw line.Refused("state must be active or disabled")
            : new(line.Id("id"), email, displayName, held, state, line.Time("createdAt"), line.Time("updatedAt"));
    }

    /// <summary>A contact.</summary>
    public static ImportedContact Contact(ArchiveLine line)
    {
        var broken = new List<BrokenRule>();
        return ContactBody.Check(line.Members, broken) is { } fields
            ? new(line.Id("id"), fields, line.Time("createdAt"), line.Time("updatedAt"))
            : throw line.Refused(string.Join("; ", broken.Select(rule => $"{rule.Field} {rule.Reason}")));
    }

    /// <summary>The tenant's settings.</summary>
    public static (string TimeZone, string Language, bool RequireSecondFactor, string[] SecondFactorRoles) Settings(ArchiveLine line, IReadOnlySet<string> roles)
    {
        var (timeZone, language, required) = (line.Text("timeZone"), line.Text("language"), line.Texts("secondFactorRoles"));
        var errors = new FieldErrors();
        TenantRules.CheckTimeZone(errors, "timeZone", timeZone);
        TenantRules.CheckLanguage(errors, "language", language);
        return errors.Any ? throw line.Refused($"{errors.ToDictionary().Keys.First()} is not valid")
            : required.Any(role => !MayHold(role, roles)) ? throw line.Refused("secondFactorRoles must name roles of the archive or built-in ones of tenants")
            : (timeZone, language, line.Flag("requireSecondFactor"), required);
    }

    private static bool MayHold(string role, IReadOnlySet<string> roles) =>
        roles.Contains(role) || (BuiltInRoles.All.Contains(role, StringComparer.Ordinal) && role != BuiltInRoles.PlatformAdmin);
}
