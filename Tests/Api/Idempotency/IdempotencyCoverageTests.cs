using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Idempotency;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Idempotency;

public sealed class IdempotencyCoverageTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    // Why not: the first two, and the last row, hand out secrets, which must not be kept; ending a session twice is ending it; importing a
    // file twice changes nothing; a sign-up has no user yet whose key it could be, and its slug is unique; a password changes
    // once, and nobody is signed in who asks for a reset or accepts an invitation, whose token works once.
    // Signing in by an identity provider is like login, and testing one changes nothing.
    // What sets a tenant's settings or state says what they are to be, so that a repeat changes nothing.
    private static readonly string[] WithoutKey =
    [
        "login", "refresh", "logout", "logoutEverywhere", "importContacts", "signUp", "acceptInvitation",
        "changePassword", "requestPasswordReset", "completePasswordReset",
        "completeSignIn", "enrolSecondFactor", "confirmSecondFactor", "renewRecoveryCodes", "createApiKey",
        "startOidcSignIn", "completeOidcSignIn", "testOidcProvider",
        "changeOwnTenant", "closeTenant", "reopenTenant", "importTenant", "suspendTenant", "reactivateTenant", "eraseTenant",
    ];

    [Fact]
    public void Every_endpoint_that_creates_or_changes_takes_a_key_unless_there_is_a_reason()
    {
        var changing = api.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Any(method => method is "POST" or "PATCH") == true)
            .ToLookup(endpoint => endpoint.Metadata.GetMetadata<TakesIdempotencyKey>() is not null, endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName);
        changing[false].ShouldBe(WithoutKey, ignoreOrder: true);
        changing[true].ShouldNotBeEmpty();
    }
}
