using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.RateLimits;

namespace ProductionReady.Api.Identity.Passwords;

/// <summary><c>/api/v1/auth/password</c> and <c>/api/v1/auth/password-resets</c></summary>
public static class PasswordEndpoints
{
    /// <summary>Maps them.</summary>
    public static void MapPasswordEndpoints(this IEndpointRouteBuilder auth)
    {
        auth.MapPost("password", ChangePassword.HandleAsync)
            .WithName("changePassword").WithSummary("Change the caller's password; all other sessions end")
            .RequireUser()
            .Audited(AuditActions.PasswordChanged)
            .ProducesProblems(
                StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status422UnprocessableEntity);
        auth.MapPost("password-resets", RequestPasswordReset.Handle)
            .WithName("requestPasswordReset").WithSummary("Ask for a mail with which to choose a new password; always answers the same")
            .AllowAnonymousBecause(AnonymousEndpoints.RequestPasswordReset)
            .RateLimitBy(RateLimitPolicy.PasswordReset)
            .NotAuditedBecause("What it starts is done, and recorded, in the background.")
            .ProducesProblems(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType);
        auth.MapPost("password-resets/complete", CompletePasswordReset.HandleAsync)
            .WithName("completePasswordReset").WithSummary("Choose a new password with the token of a mail; all sessions end")
            .AllowAnonymousBecause(AnonymousEndpoints.CompletePasswordReset)
            .RateLimitBy(RateLimitPolicy.PasswordReset)
            .Audited(AuditActions.PasswordReset)
            .ProducesProblems(
                StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status422UnprocessableEntity);
    }
}
