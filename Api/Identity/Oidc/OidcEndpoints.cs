using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Identity.Oidc.Providers;
using ProductionReady.Api.Identity.Oidc.SignIns;
using ProductionReady.Api.RateLimits;

namespace ProductionReady.Api.Identity.Oidc;

/// <summary>Routes of signing in by identity providers.</summary>
public static class OidcEndpoints
{
    /// <summary>Maps <c>/api/v1/auth/oidc</c> and <c>/api/v1/oidc-providers</c>.</summary>
    public static void MapOidcEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var auth = endpoints.MapApiGroup("auth/oidc", "Identity");
        auth.MapGet("providers", ListSignInProviders.HandleAsync)
            .WithName("listSignInProviders").WithSummary("The identity providers that users of a tenant can sign in with")
            .AllowAnonymousBecause(AnonymousEndpoints.OidcProviders)
            .RateLimitBy(RateLimitPolicy.Oidc);
        auth.MapPost("start", StartOidcSignIn.HandleAsync)
            .WithName("startOidcSignIn").WithSummary("Begin to sign in by an identity provider")
            .AllowAnonymousBecause(AnonymousEndpoints.OidcStart)
            .RateLimitBy(RateLimitPolicy.Oidc)
            .NotAuditedBecause("Nobody has proven anything yet; what comes of it is recorded.")
            .ProducesProblems(404, 413, 415, 422, 502);
        auth.MapPost("complete", CompleteOidcSignIn.HandleAsync)
            .WithName("completeOidcSignIn").WithSummary("Finish signing in by an identity provider")
            .AllowAnonymousBecause(AnonymousEndpoints.OidcComplete)
            .RateLimitBy(RateLimitPolicy.Oidc)
            .Audited(AuditActions.SessionStarted)
            .ProducesProblems(401, 413, 415, 502);

        var providers = endpoints.MapApiGroup("oidc-providers", "Identity providers").RequirePermission(Permissions.TenantManage);
        providers.MapGet("", ReadOidcProviders.ListAsync)
            .WithName("listOidcProviders").WithSummary("List the identity providers");
        providers.MapPost("", WriteOidcProviders.CreateAsync)
            .WithName("createOidcProvider").WithSummary("Add an identity provider")
            .Audited(AuditActions.OidcProviderCreated)
            .TakesIdempotencyKey()
            .ProducesProblems(409, 413, 415, 422);
        providers.MapGet("{id}", ReadOidcProviders.ReadAsync)
            .WithName("readOidcProvider").WithSummary("Read an identity provider")
            .Produces(304).ProducesProblems(404);
        providers.MapPut("{id}", WriteOidcProviders.ReplaceAsync)
            .WithName("replaceOidcProvider").WithSummary("Change an identity provider")
            .Audited(AuditActions.OidcProviderUpdated)
            .ProducesProblems(404, 409, 412, 413, 415, 422);
        providers.MapDelete("{id}", WriteOidcProviders.DeleteAsync)
            .WithName("deleteOidcProvider").WithSummary("Remove an identity provider and its links to users")
            .Audited(AuditActions.OidcProviderDeleted)
            .ProducesProblems(404, 409, 412);
        providers.MapPost("{id}/test", TestOidcProvider.HandleAsync)
            .WithName("testOidcProvider").WithSummary("Ask an identity provider whether it can be used")
            .NotAuditedBecause("It reads and changes nothing.")
            .ProducesProblems(404);
    }
}
