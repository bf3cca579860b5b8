using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Paging;
using ProductionReady.Api.Versions;
using ProductionReady.Data;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Users;

/// <summary>Reading users.</summary>
public static class UserReads
{
    /// <summary>Handles <c>GET /api/v1/users</c>.</summary>
    public static async Task<Results<Ok<UserPage>, ApiProblem>> ListAsync(
        HttpContext context, Principal principal, AppDbContext database, CursorSigner cursors, CancellationToken cancellationToken)
    {
        var query = new ListQuery(context);
        var search = query.Text("q");
        var email = query.Text("email")?.ToLowerInvariant();
        var role = query.Text("role");
        var state = query.Word<UserState>("state");
        if (!query.TryBegin("users", principal, cursors, out var page, out var problem))
        {
            return problem!;
        }

        var pattern = ListQuery.Anywhere(search);
        var users = database.Users.AsNoTracking();
        users = search is null
            ? users
            : users.Where(user => EF.Functions.ILike(user.DisplayName, pattern, "\\") || EF.Functions.ILike(user.Email, pattern, "\\"));
        users = email is null ? users : users.Where(user => user.EmailKey == email);
        users = role is null ? users : users.Where(user => user.Roles.Contains(role));
        users = state is null ? users : users.Where(user => user.State == state);
        users = page.After is not { } after ? users : users.Where(user => user.Id > after);
        var read = await users.OrderBy(user => user.Id).Take(query.Limit + 1).ToListAsync(cancellationToken);
        var (rows, next) = page.Cut(read, query.Limit, user => user.Id, cursors);
        return TypedResults.Ok(new UserPage([.. rows.Select(UserResource.Of)], next));
    }

    /// <summary>Handles <c>GET /api/v1/users/{id}</c>.</summary>
    public static async Task<Results<Ok<UserResource>, StatusCodeHttpResult, ApiProblem>> ReadAsync(
        string id, HttpContext context, AppDbContext database, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var userId)
            || await database.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == userId, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        return context.NotModified(found.Version) is { } held ? held : context.Versioned(UserResource.Of(found), found.Version);
    }

    /// <summary>The user, locked until the transaction ends; null when the tenant has none of that id.</summary>
    internal static async Task<User?> LockAsync(string id, AppDbContext database, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var userId)
            ? await database.Users.FromSql($"SELECT *, xmin FROM users WHERE id = {userId} FOR UPDATE").SingleOrDefaultAsync(cancellationToken)
            : null;

    /// <summary>404, the same for an id that is nobody's, another tenant's, or no id at all.</summary>
    internal static ApiProblem NotFound() => Problems.NotFound("user_not_found", "There is no user of that id.");
}
