using Microsoft.AspNetCore.Authorization;
using ProductionReady.Api.Errors;

namespace ProductionReady.Api.Authorization;

/// <summary>States on each endpoint who may call it.</summary>
public static class RequirePermissionExtensions
{
    /// <summary>The caller's roles must grant the permission: 401 without a valid token, 403 without the permission.</summary>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder builder, string permission)
        where TBuilder : IEndpointConventionBuilder =>
        builder
            .WithMetadata(new RequiredPermission(permission))
            .RequireAuthorization(policy => policy.RequireAuthenticatedUser().AddRequirements(new RequiredPermission(permission)))
            .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);

    /// <summary>Any signed-in caller may call it, whatever the roles.</summary>
    public static TBuilder RequireSignIn<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization().ProducesProblems(StatusCodes.Status401Unauthorized);

    /// <summary>
    /// Nobody needs to be signed in. Take the reason from <see cref="AnonymousEndpoints"/>, the one list of such endpoints.
    /// </summary>
    public static TBuilder AllowAnonymousBecause<TBuilder>(this TBuilder builder, string reason)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new AllowAnonymousAttribute(), new AnonymousReason(reason));
}

/// <summary>The permission an endpoint requires.</summary>
/// <param name="Permission">As in <see cref="Permissions"/>.</param>
public sealed record RequiredPermission(string Permission) : IAuthorizationRequirement;

/// <summary>Why an endpoint needs no sign-in.</summary>
/// <param name="Reason">One sentence.</param>
public sealed record AnonymousReason(string Reason);

/// <summary>Decides <see cref="RequiredPermission"/> from the caller's roles.</summary>
public sealed class RequiredPermissionHandler : AuthorizationHandler<RequiredPermission>
{
    /// <inheritdoc/>
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RequiredPermission requirement)
    {
        if (context.Resource is HttpContext http && http.Features.Get<Principal>()?.Has(requirement.Permission) == true)
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
