using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Paging;
using ProductionReady.Data;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Api.Identity.Sessions;

/// <summary>A sign-in of the caller that has not ended.</summary>
/// <param name="Id">Id of the session.</param>
/// <param name="Current">Whether it is the one that asks.</param>
/// <param name="Method">How the user signed in: <c>password</c> or <c>oidc</c>.</param>
/// <param name="CreatedAt">When the user signed in.</param>
/// <param name="LastUsedAt">When its tokens were last refreshed.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
/// <param name="UserAgent">The user agent that signed in, as it called itself.</param>
/// <param name="Address">The network address that signed in.</param>
public sealed record SessionView(
    Guid Id, bool Current, string Method, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, string? UserAgent, string? Address);

/// <summary>A page of the caller's sessions.</summary>
/// <param name="Items">The newest first.</param>
/// <param name="NextCursor">Of the next page; null on the last one.</param>
public sealed record SessionPage(IReadOnlyList<SessionView> Items, string? NextCursor);

/// <summary>Lists where the caller is signed in.</summary>
public static class ListSessions
{
    /// <summary>Handles <c>GET /api/v1/auth/sessions</c>.</summary>
    public static async Task<Results<Ok<SessionPage>, ApiProblem>> HandleAsync(
        string? limit, string? cursor, Principal principal, AppDbContext database, CursorSigner cursors, CancellationToken cancellationToken)
    {
        if (!PageLimit.TryRead(limit, out var size))
        {
            return Problems.Validation(new FieldErrors().Require(false, "limit", "Must be a whole number from 1 to 500."));
        }

        var scope = new CursorScope("sessions", principal.TenantId, principal.UserId.ToString());
        Guid? before = null;
        if (!string.IsNullOrEmpty(cursor))
        {
            if (!cursors.TryRead(scope, cursor, out var last))
            {
                return Problems.BadRequest("cursor_invalid", "The cursor is not one that this list gave out.");
            }

            before = last;
        }

        // One row more than asked for tells whether there is another page. UtcNow becomes the database's now().
        var rows = await database.Sessions.AsNoTracking()
            .Where(session => session.UserId == principal.UserId && session.RevokedAt == null && session.ExpiresAt > DateTimeOffset.UtcNow
                && (before == null || session.Id < before))
            .OrderByDescending(session => session.Id)
            .Take(size + 1)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(new SessionPage(
            [.. rows.Take(size).Select(session => new SessionView(
                session.Id, session.Id == principal.SessionId, StoredText.Of(session.Method), session.CreatedAt, session.LastUsedAt,
                session.ExpiresAt, session.UserAgent, session.Address))],
            rows.Count > size ? cursors.Issue(scope, rows[size - 1].Id) : null));
    }
}
