using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Paging;
using ProductionReady.Data;

namespace ProductionReady.Api.ApiKeys;

/// <summary>The tenant's API keys, revoked and expired ones too; never the secrets.</summary>
public static class ListApiKeys
{
    /// <summary>Handles <c>GET /api/v1/api-keys</c>.</summary>
    public static async Task<Results<Ok<ApiKeyPage>, ApiProblem>> HandleAsync(
        string? limit, string? cursor, Principal principal, AppDbContext database, CursorSigner cursors, CancellationToken cancellationToken)
    {
        if (!PageLimit.TryRead(limit, out var size))
        {
            return Problems.Validation(new FieldErrors().Add("limit", $"Must be a whole number from 1 to {PageLimit.Max}."));
        }

        var scope = new CursorScope("api-keys", principal.TenantId, "");
        Guid? before = null;
        if (!string.IsNullOrEmpty(cursor))
        {
            if (!cursors.TryRead(scope, cursor, out var last))
            {
                return Problems.BadRequest("cursor_invalid", "The cursor is not one that this list gave out.");
            }

            before = last;
        }

        // One row more than asked for tells whether there is another page.
        var rows = await database.ApiKeys.AsNoTracking()
            .Where(key => before == null || key.Id < before)
            .OrderByDescending(key => key.Id)
            .Take(size + 1)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(new ApiKeyPage(
            [.. rows.Take(size).Select(ApiKeyView.Of)],
            rows.Count > size ? cursors.Issue(scope, rows[size - 1].Id) : null));
    }

    /// <summary>Handles <c>GET /api/v1/api-keys/{id}</c>.</summary>
    public static async Task<Results<Ok<ApiKeyView>, ApiProblem>> ReadAsync(Guid id, AppDbContext database, CancellationToken cancellationToken) =>
        await database.ApiKeys.AsNoTracking().SingleOrDefaultAsync(key => key.Id == id, cancellationToken) is { } key
            ? TypedResults.Ok(ApiKeyView.Of(key))
            : RevokeApiKey.NotFound();
}
