using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Keys;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Api.RateLimits;

namespace ProductionReady.Api.Identity;

/// <summary><c>/api/v1/auth</c> and the public keys.</summary>
public static class IdentityEndpoints
{
    /// <summary>Maps them.</summary>
    public static void MapIdentityEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var auth = endpoints.MapApiGroup("auth", "Identity");
        auth.MapPost("login", Login.HandleAsync)
            .WithName("login").WithSummary("Sign in with a password")
            .AllowAnonymousBecause(AnonymousEndpoints.Login)
            .RateLimitBy(RateLimitPolicy.Login)
            .Audited(AuditActions.SessionStarted)
            .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType);
        auth.MapPost("refresh", Refresh.HandleAsync)
            .WithName("refresh").WithSummary("Exchange the refresh token for new tokens")
            .AllowAnonymousBecause(AnonymousEndpoints.Refresh)
            .RateLimitBy(RateLimitPolicy.Refresh)
            .NotAuditedBecause("It continues a session whose beginning and end are recorded; replays are.")
            .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType);
        auth.MapPost("logout", Logout.HandleAsync)
            .WithName("logout").WithSummary("End the session")
            .RequireUser().AllowRestricted()
            .Audited(AuditActions.SessionEnded);
        auth.MapPost("logout-everywhere", LogoutEverywhere.HandleAsync)
            .WithName("logoutEverywhere").WithSummary("End all sessions of the caller")
            .RequireUser().AllowRestricted()
            .Audited(AuditActions.SessionEnded);
        auth.MapGet("sessions", ListSessions.HandleAsync)
            .WithName("listSessions").WithSummary("Where the caller is signed in")
            .RequireUser()
            .ProducesProblems(StatusCodes.Status400BadRequest, StatusCodes.Status422UnprocessableEntity);
        auth.MapDelete("sessions/{id}", EndSession.HandleAsync)
            .WithName("endSession").WithSummary("End a session of the caller")
            .RequireUser()
            .Audited(AuditActions.SessionEnded)
            .ProducesProblems(StatusCodes.Status404NotFound);
        auth.MapGet("me", Me.HandleAsync)
            .WithName("getMe").WithSummary("Who the caller is, and what they may do")
            .RequireUser().AllowRestricted()
            .ProducesProblems(StatusCodes.Status404NotFound);

        endpoints.MapGet("/.well-known/jwks.json", KeySetAsync)
            .WithName("getKeySet").WithSummary("Public keys of our tokens").WithTags("Identity")
            .AllowAnonymousBecause(AnonymousEndpoints.KeySet)
            .ProducesProblems(
                StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError, StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<Ok<JsonWebKeySet>> KeySetAsync(
        SigningKeyRing keys, IOptions<IdentityOptions> options, HttpResponse response, CancellationToken cancellationToken)
    {
        var set = await keys.KeySetAsync(cancellationToken);
        response.Headers.CacheControl = $"public, max-age={(long)options.Value.SigningKeys.KeySetMaxAge.TotalSeconds}";
        return TypedResults.Ok(set);
    }
}
