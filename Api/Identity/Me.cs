using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Tenants;
using ProductionReady.Data;

namespace ProductionReady.Api.Identity;

/// <summary>The caller.</summary>
/// <param name="User">The user.</param>
/// <param name="Tenant">The user's tenant.</param>
/// <param name="SessionId">The sign-in behind the token.</param>
/// <param name="Permissions">All that the token permits, sorted.</param>
public sealed record MeResponse(UserView User, TenantView Tenant, Guid SessionId, IEnumerable<string> Permissions);

/// <summary>Says who the caller is.</summary>
public static class Me
{
    /// <summary>Handles <c>GET /api/v1/auth/me</c>.</summary>
    public static async Task<Results<Ok<MeResponse>, ApiProblem>> HandleAsync(
        Principal principal, AppDbContext database, CancellationToken cancellationToken)
    {
        var found = await database.Users.AsNoTracking()
            .Where(user => user.Id == principal.UserId)
            .Join(database.Tenants, user => user.TenantId, tenant => tenant.Id, (user, tenant) => new { user, tenant })
            .SingleOrDefaultAsync(cancellationToken);
        return found is null
            ? Problems.NotFound("user_not_found", "The user was removed.")
            : TypedResults.Ok(new MeResponse(
                UserView.Of(found.user), TenantView.Of(found.tenant), principal.SessionId, principal.Permissions.Order(StringComparer.Ordinal)));
    }
}
