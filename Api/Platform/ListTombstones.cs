using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Paging;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Platform;

/// <summary>Proof of an erasure.</summary>
/// <param name="TenantId">The tenant that was.</param>
/// <param name="SlugSha256">SHA-256 of its slug, in hexadecimal.</param>
/// <param name="DueAt">From when on it was to be erased, UTC.</param>
/// <param name="StartedAt">When the erasure began, UTC.</param>
/// <param name="ErasedAt">When nothing was left, UTC; null while it is under way.</param>
/// <param name="RowsBefore">Rows by table when it began.</param>
/// <param name="RowsAfter">Rows by table after it: zeros.</param>
public sealed record TombstoneView(
    Guid TenantId, string SlugSha256, DateTimeOffset DueAt, DateTimeOffset StartedAt, DateTimeOffset? ErasedAt, JsonElement RowsBefore,
    JsonElement? RowsAfter)
{
    /// <summary>The wire form.</summary>
    public static TombstoneView Of(Tombstone tombstone) => new(
        tombstone.Id, Convert.ToHexStringLower(tombstone.SlugHash), tombstone.DueAt, tombstone.StartedAt, tombstone.ErasedAt,
        JsonElement.Parse(tombstone.RowsBefore), tombstone.RowsAfter is { } after ? JsonElement.Parse(after) : null);
}

/// <summary>A page of tombstones.</summary>
/// <param name="Items">In the order of the tenants' ids.</param>
/// <param name="NextCursor">For the next page; null on the last.</param>
public sealed record TombstonePage(IReadOnlyList<TombstoneView> Items, string? NextCursor);

/// <summary><c>GET /api/v1/platform/tombstones</c></summary>
public static class ListTombstones
{
    /// <summary>Handles a request.</summary>
    public static async Task<IResult> HandleAsync(
        string? limit, string? cursor, Principal principal, AppDbContext database, CursorSigner cursors, AuditTrail audit, CancellationToken cancellationToken)
    {
        if (!PageLimit.TryRead(limit, out var count))
        {
            return Problems.Validation(new FieldErrors().Add("limit", "Must be a whole number from 1 to 500."));
        }

        var scope = new CursorScope("platform-tombstones", principal.TenantId, "");
        var after = Guid.Empty;
        if (!string.IsNullOrEmpty(cursor) && !cursors.TryRead(scope, cursor, out after))
        {
            return Problems.BadRequest("cursor_invalid", "The cursor is not one that this list gave out.");
        }

        var rows = await database.Tombstones.AsNoTracking()
            .Where(tombstone => tombstone.Id > after).OrderBy(tombstone => tombstone.Id).Take(count + 1).ToListAsync(cancellationToken);
        await audit.RecordAsync(new AuditEvent(AuditActions.PlatformTombstonesRead, AuditOutcome.Succeeded, "tombstone", null), cancellationToken);
        return TypedResults.Ok(new TombstonePage(
            [.. rows.Take(count).Select(TombstoneView.Of)], rows.Count > count ? cursors.Issue(scope, rows[count - 1].Id) : null));
    }
}
