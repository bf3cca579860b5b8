using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Json;
using ProductionReady.Api.Versions;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Oidc.Providers;

/// <summary>Makes, changes and deletes identity providers; each change is recorded with what it was before, without the secret.</summary>
public sealed class WriteOidcProviders(
    AppDbContext database, AccessChanges access, OidcProviderRules rules, OidcProviderGrants grants, OidcSecrets secrets, AuditTrail audit,
    TimeProvider time)
{
    private const int MostProviders = 20;
    private const string ChangedCode = "oidc_provider_changed";

    /// <summary>Handles <c>POST /api/v1/oidc-providers</c>.</summary>
    public static Task<Results<Created<OidcProviderView>, ApiProblem>> CreateAsync(
        OidcProviderBody body, Principal principal, HttpResponse response, WriteOidcProviders write, KeyedTransaction? keyed, CancellationToken cancellationToken) =>
        write.AddAsync(body, principal, response, keyed, cancellationToken);

    /// <summary>Handles <c>PUT /api/v1/oidc-providers/{id}</c>.</summary>
    public static Task<Results<Ok<OidcProviderView>, ApiProblem>> ReplaceAsync(
        string id, OidcProviderBody body, Principal principal, HttpContext http, WriteOidcProviders write, CancellationToken cancellationToken) =>
        write.ChangeAsync(id, body, principal, http, cancellationToken);

    /// <summary>Handles <c>DELETE /api/v1/oidc-providers/{id}</c>; the links of users to it go with it, the users stay.</summary>
    public static Task<Results<NoContent, ApiProblem>> DeleteAsync(
        string id, HttpContext http, WriteOidcProviders write, CancellationToken cancellationToken) => write.RemoveAsync(id, http, cancellationToken);

    private async Task<Results<Created<OidcProviderView>, ApiProblem>> AddAsync(
        OidcProviderBody body, Principal principal, HttpResponse response, KeyedTransaction? keyed, CancellationToken cancellationToken)
    {
        // Roles may not go while they are looked at, nor names be taken.
        await using var change = await access.BeginAsync(keyed, cancellationToken);
        if (await CheckAsync(body, principal, cancellationToken) is { } refused)
        {
            return refused;
        }

        var taken = await database.OidcProviders.Select(provider => provider.Name).ToListAsync(cancellationToken);
        if (taken.Contains(body.Name))
        {
            return NameTaken();
        }

        if (taken.Count >= MostProviders)
        {
            return Problems.Conflict("too_many_oidc_providers", $"A tenant can have {MostProviders} identity providers.");
        }

        var now = time.NowToStore();
        var provider = new OidcProvider
        {
            TenantId = principal.TenantId,
            Name = body.Name,
            DisplayName = body.DisplayName,
            Issuer = body.Issuer,
            ClientId = body.ClientId,
            Scopes = [],
            RedirectUris = [],
            RoleMap = new Dictionary<string, string[]>(),
            DefaultRoles = [],
            Provisioning = OidcProvisioning.None,
            LinkByEmail = false,
            Enabled = false,
            CreatedAt = now,
            UpdatedAt = now,
        };
        Apply(body, provider, now);
        database.OidcProviders.Add(provider);
        var after = OidcProviderView.Of(provider);
        await audit.SaveAsync(Entry(AuditActions.OidcProviderCreated, provider.Id, null, after), cancellationToken);
        await change.CommitAsync(cancellationToken);
        response.Headers.ETag = EntityVersion.ETag(provider.Version);
        return TypedResults.Created($"/api/v1/oidc-providers/{provider.Id}", after);
    }

    private async Task<Results<Ok<OidcProviderView>, ApiProblem>> ChangeAsync(
        string id, OidcProviderBody body, Principal principal, HttpContext http, CancellationToken cancellationToken)
    {
        await using var change = await access.BeginAsync(keyed: null, cancellationToken);
        if (await CheckAsync(body, principal, cancellationToken) is { } refused)
        {
            return refused;
        }

        if (await ReadOidcProviders.FindAsync(database.OidcProviders, id, cancellationToken) is not { } provider)
        {
            return ReadOidcProviders.NotFound();
        }

        if (http.Stale(provider.Version, ChangedCode) is { } stale)
        {
            return stale;
        }

        if (body.Issuer != provider.Issuer)
        {
            return Problems.Validation(new FieldErrors().Add(
                "issuer", "Cannot be changed, for the subjects of users are this issuer's. Make another provider."));
        }

        if (await database.OidcProviders.AnyAsync(other => other.Name == body.Name && other.Id != provider.Id, cancellationToken))
        {
            return NameTaken();
        }

        var before = OidcProviderView.Of(provider);
        Apply(body, provider, time.NowToStore());
        var after = OidcProviderView.Of(provider);
        await audit.SaveAsync(Entry(AuditActions.OidcProviderUpdated, provider.Id, before, after), cancellationToken);
        await change.CommitAsync(cancellationToken);
        return http.Versioned(after, provider.Version);
    }

    private async Task<Results<NoContent, ApiProblem>> RemoveAsync(string id, HttpContext http, CancellationToken cancellationToken)
    {
        await using var change = await access.BeginAsync(keyed: null, cancellationToken);
        if (await ReadOidcProviders.FindAsync(database.OidcProviders, id, cancellationToken) is not { } provider)
        {
            return ReadOidcProviders.NotFound();
        }

        if (http.Stale(provider.Version, ChangedCode) is { } stale)
        {
            return stale;
        }

        database.OidcProviders.Remove(provider);
        await audit.SaveAsync(Entry(AuditActions.OidcProviderDeleted, provider.Id, OidcProviderView.Of(provider), null), cancellationToken);
        await change.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private async Task<ApiProblem?> CheckAsync(OidcProviderBody body, Principal principal, CancellationToken cancellationToken)
    {
        var errors = await rules.CheckAsync(body, cancellationToken);
        return errors.Any ? Problems.Validation(errors) : await grants.CheckAsync(principal, body, cancellationToken);
    }

    private void Apply(OidcProviderBody body, OidcProvider provider, DateTimeOffset now)
    {
        provider.Name = body.Name;
        provider.DisplayName = body.DisplayName.Trim();
        provider.ClientId = body.ClientId;
        provider.Scopes = body.Scopes ?? OidcProviderRules.UsualScopes;
        provider.RedirectUris = body.RedirectUris;
        provider.RoleClaim = body.RoleClaim;
        provider.RoleMap = body.RoleMap ?? [];
        provider.DefaultRoles = body.DefaultRoles ?? [];
        provider.Provisioning = StoredText.Parse<OidcProvisioning>(body.Provisioning);
        provider.LinkByEmail = body.LinkByEmail;
        provider.Enabled = body.Enabled;
        provider.UpdatedAt = now;
        provider.WrappedClientSecret = body.ClientSecret switch
        {
            null => provider.WrappedClientSecret,
            "" => null,
            var secret => secrets.WrapClientSecret(provider.TenantId, provider.Id, secret),
        };
    }

    private static AuditEvent Entry(string action, Guid id, OidcProviderView? before, OidcProviderView? after) =>
        new(action, AuditOutcome.Succeeded, "oidc_provider", id.ToString()) { Before = before, After = after };

    private static ApiProblem NameTaken() => Problems.Conflict("oidc_provider_name_taken", "Another identity provider has this name.");
}
