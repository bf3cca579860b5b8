using ProductionReady.Api.Tenants;

namespace ProductionReady.Api.Platform;

/// <summary>A tenant as the operator sees it.</summary>
/// <param name="Id">UUID.</param>
/// <param name="Slug">Short name.</param>
/// <param name="Name">Name for people.</param>
/// <param name="State"><c>active</c>, <c>suspended</c> or <c>closing</c>.</param>
/// <param name="SuspendedReason">Why it was suspended.</param>
/// <param name="ClosingAt">When it was closed, UTC.</param>
/// <param name="EraseAfter">From when on it may be erased, UTC.</param>
/// <param name="Limits">What its plan allows.</param>
/// <param name="Usage">What it used when it was last measured; null before the first time.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="UpdatedAt">UTC.</param>
public sealed record PlatformTenantView(
    Guid Id, string Slug, string Name, string State, string? SuspendedReason, DateTimeOffset? ClosingAt, DateTimeOffset? EraseAfter,
    TenantLimits Limits, PlatformUsage? Usage, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>The wire form of a row.</summary>
    internal static PlatformTenantView Of(PlatformTenantRow row) => new(
        row.Id, row.Slug, row.Name, row.State, row.SuspendedReason, row.ClosingAt, row.EraseAfter,
        new(row.MaxUsers, row.MaxContacts, row.MaxEventsAMonth, row.MaxStorageBytes),
        row.MeasuredAt is { } at
            ? new(row.Users!.Value, row.Contacts!.Value, row.StorageBytes!.Value, row.SignInsADay!.Value, row.SignInsAMonth!.Value, at)
            : null,
        row.CreatedAt, row.UpdatedAt);
}

/// <summary>What a tenant used.</summary>
/// <param name="Users">Active users.</param>
/// <param name="Contacts">Contacts.</param>
/// <param name="StorageBytes">Bytes of rows, without indexes.</param>
/// <param name="SignInsADay">Sign-ins of 24 hours.</param>
/// <param name="SignInsAMonth">Sign-ins of 30 days.</param>
/// <param name="MeasuredAt">When that was, UTC.</param>
public sealed record PlatformUsage(long Users, long Contacts, long StorageBytes, long SignInsADay, long SignInsAMonth, DateTimeOffset MeasuredAt);

/// <summary>A page of tenants.</summary>
/// <param name="Items">In the order of their ids, which is that of their sign-up.</param>
/// <param name="NextCursor">For the next page; null on the last.</param>
public sealed record PlatformTenantPage(IReadOnlyList<PlatformTenantView> Items, string? NextCursor);

/// <summary>What the database's function answers, see <see cref="Data.Schema.TenantLifeFunctions.Tenants"/>.</summary>
internal sealed record PlatformTenantRow(
    Guid Id, string Slug, string Name, string State, string? SuspendedReason, DateTimeOffset? ClosingAt, DateTimeOffset? EraseAfter,
    int? MaxUsers, long? MaxContacts, long? MaxEventsAMonth, long? MaxStorageBytes, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    long? Users, long? Contacts, long? StorageBytes, long? SignInsADay, long? SignInsAMonth, DateTimeOffset? MeasuredAt);
