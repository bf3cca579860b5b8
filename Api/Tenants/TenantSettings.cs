using System.Text.RegularExpressions;
using ProductionReady.Api.Errors;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Tenants;

/// <summary>The caller's tenant, for its administrators.</summary>
/// <param name="Id">UUID.</param>
/// <param name="Slug">Short name, for signing in; never changes.</param>
/// <param name="Name">Name for people.</param>
/// <param name="State"><c>active</c> or <c>closing</c>.</param>
/// <param name="TimeZone">Of the IANA database.</param>
/// <param name="Language">BCP 47 tag.</param>
/// <param name="ClosingAt">When it was closed, UTC.</param>
/// <param name="EraseAfter">From when on it may be erased, UTC.</param>
/// <param name="Limits">What its plan allows.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="UpdatedAt">UTC.</param>
public sealed record TenantSettings(
    Guid Id, string Slug, string Name, string State, string TimeZone, string Language, DateTimeOffset? ClosingAt, DateTimeOffset? EraseAfter,
    TenantLimits Limits, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>The wire form.</summary>
    public static TenantSettings Of(Tenant tenant) => new(
        tenant.Id, tenant.Slug, tenant.Name, StoredText.Of(tenant.State), tenant.TimeZone, tenant.Language, tenant.ClosingAt, tenant.EraseAfter,
        TenantLimits.Of(tenant), tenant.CreatedAt, tenant.UpdatedAt);
}

/// <summary>What a plan allows; null for any number.</summary>
/// <param name="MaxUsers">Active users.</param>
/// <param name="MaxContacts">Contacts.</param>
/// <param name="MaxEventsAMonth">Events a calendar month, UTC.</param>
/// <param name="MaxStorageBytes">Bytes of stored rows.</param>
public sealed record TenantLimits(int? MaxUsers, long? MaxContacts, long? MaxEventsAMonth, long? MaxStorageBytes)
{
    /// <summary>Of a tenant.</summary>
    public static TenantLimits Of(Tenant tenant) => new(tenant.MaxUsers, tenant.MaxContacts, tenant.MaxEventsAMonth, tenant.MaxStorageBytes);
}

/// <summary>What a tenant's settings may be.</summary>
public static partial class TenantRules
{
    /// <summary>Adds what is wrong with a name.</summary>
    public static void CheckName(FieldErrors errors, string field, string name) => errors.Require(
        !string.IsNullOrWhiteSpace(name) && name.Length <= Tenant.NameMaxLength && !name.Any(char.IsControl),
        field, $"Must have 1 to {Tenant.NameMaxLength} printable characters.");

    /// <summary>Adds what is wrong with a time zone.</summary>
    public static void CheckTimeZone(FieldErrors errors, string field, string timeZone) => errors.Require(
        timeZone.Length <= Tenant.TimeZoneMaxLength && TimeZone().IsMatch(timeZone)
            && TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var found) && found.HasIanaId,
        field, "Must be a time zone of the IANA database, such as Europe/Paris.");

    /// <summary>Adds what is wrong with a language.</summary>
    public static void CheckLanguage(FieldErrors errors, string field, string language) => errors.Require(
        language.Length <= Tenant.LanguageMaxLength && Language().IsMatch(language),
        field, "Must be a language tag of BCP 47, such as en or pt-BR.");

    /// <summary>Language, script, region and variants of RFC 5646, section 2.1; extensions and private use are of no use here.</summary>
    [GeneratedRegex(
        @"\A[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*\z",
        RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Language();

    [GeneratedRegex(@"\A(UTC|[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){1,2})\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex TimeZone();
}
