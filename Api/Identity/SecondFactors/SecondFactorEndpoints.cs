using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.RateLimits;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>Routes of second factors.</summary>
public static class SecondFactorEndpoints
{
    /// <summary>Maps them.</summary>
    public static void MapSecondFactorEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var auth = endpoints.MapApiGroup("auth", "Identity");
        auth.MapPost("second-factor", CompleteSignIn.HandleAsync)
            .WithName("completeSignIn").WithSummary("Finish a sign-in with a second factor")
            .AllowAnonymousBecause(AnonymousEndpoints.SecondFactor)
            .RateLimitBy(RateLimitPolicy.SecondFactor)
            .Audited(AuditActions.SessionStarted)
            .ProducesProblems(401, 413, 415);

        var mine = endpoints.MapApiGroup("auth/me/second-factor", "Identity").RequireUser().AllowRestricted();
        mine.MapGet("", ReadSecondFactor.HandleAsync)
            .WithName("getSecondFactor").WithSummary("Whether the caller has a second factor, and must have one");
        mine.MapPost("", EnrolSecondFactor.HandleAsync)
            .WithName("enrolSecondFactor").WithSummary("Begin to enrol an authenticator app; takes the password, or a sign-in that has just been")
            .Audited(AuditActions.SecondFactorEnrolled)
            .ProducesProblems(404, 409, 413, 415, 422);
        mine.MapPost("confirm", ConfirmSecondFactor.HandleAsync)
            .WithName("confirmSecondFactor").WithSummary("Confirm the authenticator app with a code; gives the recovery codes")
            .RateLimitBy(RateLimitPolicy.SecondFactor)
            .Audited(AuditActions.SecondFactorConfirmed)
            .ProducesProblems(404, 409, 413, 415, 422);
        mine.MapPost("recovery-codes", ChangeSecondFactor.RenewRecoveryCodesAsync)
            .WithName("renewRecoveryCodes").WithSummary("New recovery codes in place of the old ones")
            .RateLimitBy(RateLimitPolicy.SecondFactor)
            .Audited(AuditActions.SecondFactorRecoveryCodesMade)
            .ProducesProblems(404, 413, 415, 422);
        mine.MapDelete("", ChangeSecondFactor.RemoveAsync)
            .WithName("removeSecondFactor").WithSummary("Remove the caller's second factor; takes a code")
            .RateLimitBy(RateLimitPolicy.SecondFactor)
            .Audited(AuditActions.SecondFactorRemoved)
            .ProducesProblems(404, 409, 422);

        endpoints.MapApiGroup("users", "Users").MapDelete("{id}/second-factor", RemoveUserSecondFactor.HandleAsync)
            .WithName("removeUserSecondFactor").WithSummary("Remove a user's second factor and end the user's sessions")
            .RequirePermission(Permissions.UserManage).RequireUser()
            .Audited(AuditActions.SecondFactorRemoved)
            .ProducesProblems(404, 409);

        var policy = endpoints.MapApiGroup("tenant/second-factor-policy", "Tenants").RequirePermission(Permissions.TenantManage);
        policy.MapGet("", ChangeSecondFactorPolicy.ReadAsync)
            .WithName("getSecondFactorPolicy").WithSummary("Who must have a second factor");
        policy.MapPut("", ChangeSecondFactorPolicy.HandleAsync)
            .WithName("setSecondFactorPolicy").WithSummary("Say who must have a second factor")
            .Audited(AuditActions.TenantUpdated)
            .ProducesProblems(413, 415, 422);
    }
}
