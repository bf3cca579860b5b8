using Microsoft.AspNetCore.Authorization;
using ProductionReady.Api.Errors;

namespace ProductionReady.Api.Authorization;

/// <summary>States on each endpoint who may call it.</summary>
public static class RequirePermissionExtensions
{
    /// <summary>The caller must have the permission: 401 without valid credentials, 403 without the permission.</summary>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder builder, string permission)
        where TBuilder : IEndpointConventionBuilder =>
        builder
            .WithMetadata(new RequiredPermission(permission))
            .RequireAuthorization(policy => policy.RequireAuthenticatedUser().AddRequirements(new RequiredPermission(permission)))
            .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);

    /// <summary>Any caller with valid credentials may call it, whatever they permit, for a rule of <see cref="OwnerPolicy"/>.</summary>
    public static TBuilder RequireSignIn<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(SignInRequired.Instance).RequireAuthorization().ProducesProblems(StatusCodes.Status401Unauthorized);

    /// <summary>
    /// Any user who signed in may call it, for a rule of <see cref="OwnerPolicy"/>, and no API key: 403 <c>user_required</c>.
    /// </summary>
    public static TBuilder RequireUser<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder
            .WithMetadata(UserRequired.Instance)
            .RequireAuthorization(policy => policy.RequireAuthenticatedUser().AddRequirements(UserRequired.Instance))
            .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);

    /// <summary>
    /// A user may call it also before the second factor that the tenant requires is enrolled (<see cref="Principal.IsRestricted"/>);
    /// anywhere else that is 403 <c>second_factor_enrolment_required</c>.
    /// </summary>
    public static TBuilder AllowRestricted<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RestrictedAllowed());

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

/// <summary>The endpoint is for people: an API key may not call it.</summary>
public sealed class UserRequired : IAuthorizationRequirement
{
    /// <summary>The one value.</summary>
    public static readonly UserRequired Instance = new();

    private UserRequired()
    {
    }
}

/// <summary>The endpoint is for every caller who has credentials.</summary>
public sealed class SignInRequired
{
    /// <summary>The one value.</summary>
    public static readonly SignInRequired Instance = new();

    private SignInRequired()
    {
    }
}

/// <summary>Metadata of an endpoint that a user may call who has yet to enrol a second factor.</summary>
public sealed record RestrictedAllowed
{
    /// <summary>Whether the caller may go on; if not, the request is to be refused, and why is noted.</summary>
    internal static bool Admits(HttpContext context, Principal principal)
    {
        if (!principal.IsRestricted || context.GetEndpoint()?.Metadata.GetMetadata<RestrictedAllowed>() is not null)
        {
            return true;
        }

        StatusProblems.Note(context, Problems.Forbidden(
            "second_factor_enrolment_required", "Your tenant requires a second factor. Enrol one, then refresh or sign in again."));
        return false;
    }
}

/// <summary>Why an endpoint needs no sign-in.</summary>
/// <param name="Reason">One sentence.</param>
public sealed record AnonymousReason(string Reason);

/// <summary>Decides <see cref="UserRequired"/> from the kind of the caller.</summary>
public sealed class UserRequiredHandler : AuthorizationHandler<UserRequired>
{
    /// <inheritdoc/>
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, UserRequired requirement)
    {
        if (context.Resource is HttpContext http && http.Features.Get<Principal>() is { } principal)
        {
            if (principal.Kind != PrincipalKind.User)
            {
                StatusProblems.Note(http, Problems.Forbidden("user_required", "This is for users who signed in, not for API keys."));
            }
            else if (RestrictedAllowed.Admits(http, principal))
            {
                context.Succeed(requirement);
            }
        }

        return Task.CompletedTask;
    }
}

/// <summary>Decides <see cref="RequiredPermission"/> from what the caller may do.</summary>
public sealed class RequiredPermissionHandler : AuthorizationHandler<RequiredPermission>
{
    /// <inheritdoc/>
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RequiredPermission requirement)
    {
        if (context.Resource is HttpContext http && http.Features.Get<Principal>() is { } principal
            && RestrictedAllowed.Admits(http, principal) && principal.Has(requirement.Permission))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
