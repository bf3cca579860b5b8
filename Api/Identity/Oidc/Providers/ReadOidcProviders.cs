using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Versions;
using ProductionReady.Data;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Oidc.Providers;

/// <summary>Shows identity providers, never their secrets.</summary>
public static class ReadOidcProviders
{
    /// <summary>Handles <c>GET /api/v1/oidc-providers</c>.</summary>
    public static async Task<Ok<OidcProviderList>> ListAsync(AppDbContext database, CancellationToken cancellationToken)
    {
        var providers = await database.OidcProviders.AsNoTracking().OrderBy(provider => provider.Name).ToListAsync(cancellationToken);
        return TypedResults.Ok(new OidcProviderList([.. providers.Select(OidcProviderView.Of)]));
    }

    /// <summary>Handles <c>GET /api/v1/oidc-providers/{id}</c>.</summary>
    public static async Task<Results<Ok<OidcProviderView>, StatusCodeHttpResult, ApiProblem>> ReadAsync(
        string id, AppDbContext database, HttpContext http, CancellationToken cancellationToken)
    {
        if (await FindAsync(database.OidcProviders.AsNoTracking(), id, cancellationToken) is not { } provider)
        {
            return NotFound();
        }

        return http.NotModified(provider.Version) is { } held ? held : http.Versioned(OidcProviderView.Of(provider), provider.Version);
    }

    /// <summary>The provider with the id of a path; null when there is none.</summary>
    public static async Task<OidcProvider?> FindAsync(IQueryable<OidcProvider> providers, string id, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var providerId)
            ? await providers.SingleOrDefaultAsync(provider => provider.Id == providerId, cancellationToken)
            : null;

    /// <summary>404.</summary>
    public static ApiProblem NotFound() => OidcProblems.ProviderNotFound();
}
