using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Paging;
using ProductionReady.Api.Patching;

namespace ProductionReady.Api.Users;

/// <summary>
/// <c>/api/v1/users</c>. Nothing here creates one: a user joins by an invitation (<c>/api/v1/invitations</c>), so that nobody
/// else ever knows his password, and his address is known to be his.
/// </summary>
public static class UserEndpoints
{
    /// <summary>Maps them.</summary>
    public static void MapUserEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var users = endpoints.MapApiGroup("users", "Users").RequirePermission(Permissions.UserManage);
        users.MapGet("", UserReads.ListAsync)
            .WithName("listUsers").WithSummary("List and search users")
            .TakesQuery(
                ("q", "Text that the display name or the e-mail address holds."),
                ("email", "The whole e-mail address, in any case."),
                ("role", "Name of a role that they have."),
                ("state", "active or disabled."))
            .Pages()
            .ProducesProblems(422);
        users.MapGet("{id}", UserReads.ReadAsync)
            .WithName("readUser").WithSummary("Read a user")
            .Produces(304).ProducesProblems(404);
        users.MapPatch("{id}", ChangeUser.HandleAsync)
            .Audited(AuditActions.UserUpdated, AuditActions.UserDisabled, AuditActions.UserEnabled)
            .TakesIdempotencyKey()
            .WithName("patchUser").WithSummary("Change a user's name, roles or state by a JSON Merge Patch (RFC 7396)")
            .Accepts<UserPatch>(JsonMergePatch.MediaType, "application/json")
            .ProducesProblems(404, 409, 412, 413, 415, 422);
        users.MapDelete("{id}", DeleteUser.HandleAsync)
            .Audited(AuditActions.UserDeleted)
            .WithName("deleteUser").WithSummary("Delete a user")
            .ProducesProblems(404, 409, 412);

        endpoints.MapApiGroup("auth", "Identity").MapPatch("me", ChangeMe.HandleAsync)
            .RequireUser()
            .Audited(AuditActions.UserUpdated)
            .TakesIdempotencyKey()
            .WithName("patchMe").WithSummary("Change one's own display name by a JSON Merge Patch (RFC 7396)")
            .Accepts<OwnPatch>(JsonMergePatch.MediaType, "application/json")
            .ProducesProblems(404, 413, 415, 422);
    }
}
