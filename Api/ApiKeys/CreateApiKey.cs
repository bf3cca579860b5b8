using Microsoft.AspNetCore.Http.HttpResults;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Api.Json;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.ApiKeys;

/// <summary>A new API key.</summary>
/// <param name="Name">For people, 1 to 100 characters.</param>
/// <param name="Scopes">What it is to permit: permissions of the caller, and none that administers.</param>
/// <param name="ExpiresAt">When it is to stop being accepted; never, when it is not given.</param>
public sealed record CreateApiKeyRequest(string Name, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt = null);

/// <summary>
/// Makes an API key. It takes no idempotency key, for then its answer, a secret, would be stored: who lost the answer revokes
/// the key that is in the list and makes another one.
/// </summary>
public static class CreateApiKey
{
    private const int HintLength = 4;

    /// <summary>Handles <c>POST /api/v1/api-keys</c>.</summary>
    public static async Task<Results<Created<NewApiKeyView>, ApiProblem>> HandleAsync(
        CreateApiKeyRequest request, Principal principal, AppDbContext database, AuditTrail audit, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.NowToStore();
        var name = request.Name.Trim();
        var expires = request.ExpiresAt?.ToUniversalTime();
        var errors = new FieldErrors()
            .Require(name.Length is > 0 and <= ApiKey.NameMaxLength, "name", $"Must have 1 to {ApiKey.NameMaxLength} characters.")
            .Require(expires is null || expires > now, "expiresAt", "Must lie in the future.");
        ApiKeyScopes.Check(errors, request.Scopes, principal);
        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        var secret = SecretToken.Create(SecretToken.ApiKey, principal.TenantId);
        var key = new ApiKey
        {
            Name = name,
            Hint = $"{SecretToken.ApiKey}…{secret.Text[^HintLength..]}",
            SecretHash = secret.Hash(),
            Scopes = [.. request.Scopes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            CreatedBy = principal.UserId,
            CreatedAt = now,
            ExpiresAt = expires?.AddTicks(-(expires.Value.Ticks % TimeSpan.TicksPerMicrosecond)),
        };
        database.ApiKeys.Add(key);
        await audit.SaveAsync(
            new AuditEvent(AuditActions.ApiKeyCreated, AuditOutcome.Succeeded, "api_key", key.Id.ToString())
            {
                After = new { key.Name, key.Hint, key.Scopes, key.ExpiresAt },
            },
            cancellationToken);
        return TypedResults.Created($"/api/v1/api-keys/{key.Id}", new NewApiKeyView(secret.Text, ApiKeyView.Of(key)));
    }
}
