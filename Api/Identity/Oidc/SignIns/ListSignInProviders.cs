using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Data;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Identity.Oidc.SignIns;

/// <summary>A provider on a sign-in page.</summary>
/// <param name="Name">To start with.</param>
/// <param name="DisplayName">For the button.</param>
public sealed record SignInProvider(string Name, string DisplayName);

/// <summary>The providers of a tenant.</summary>
/// <param name="Items">By name.</param>
public sealed record SignInProviders(IReadOnlyList<SignInProvider> Items);

/// <summary>Lists the providers that users of a tenant can sign in with. Of a tenant that does not exist there are none.</summary>
public static class ListSignInProviders
{
    /// <summary>Handles <c>GET /api/v1/auth/oidc/providers</c>.</summary>
    public static async Task<Ok<SignInProviders>> HandleAsync(
        string tenant, TenantDirectory tenants, TenantContext scope, AppDbContext database, CancellationToken cancellationToken)
    {
        await scope.EnterAsync(await tenants.FindBySlugAsync(tenant.ToLowerInvariant(), cancellationToken) ?? Guid.CreateVersion7(), cancellationToken);
        return TypedResults.Ok(new SignInProviders(await database.OidcProviders.AsNoTracking()
            .Where(provider => provider.Enabled
                && database.Tenants.Any(owner => owner.Id == provider.TenantId && owner.State == TenantState.Active))
            .OrderBy(provider => provider.Name)
            .Select(provider => new SignInProvider(provider.Name, provider.DisplayName))
            .ToListAsync(cancellationToken)));
    }
}
