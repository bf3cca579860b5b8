using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.ApiKeys;

/// <summary>Ends an API key for good: every instance refuses it within a second. Doing so again changes nothing.</summary>
public static class RevokeApiKey
{
    /// <summary>Handles <c>DELETE /api/v1/api-keys/{id}</c>.</summary>
    public static async Task<Results<NoContent, ApiProblem>> HandleAsync(
        Guid id, AppDbContext database, SessionEnding revocations, AuditTrail audit, CancellationToken cancellationToken)
    {
        if (await database.ApiKeys.AsNoTracking().SingleOrDefaultAsync(key => key.Id == id, cancellationToken) is not { } key)
        {
            return NotFound();
        }

        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var revoked = await database.ApiKeys.Where(row => row.Id == id && row.RevokedAt == null)
            .ExecuteUpdateAsync(row => row.SetProperty(changed => changed.RevokedAt, DateTimeOffset.UtcNow), cancellationToken);
        if (revoked == 0)
        {
            audit.NothingChanged();
            return TypedResults.NoContent();
        }

        await revocations.RefuseAsync(id, Revocation.All, cancellationToken);
        await audit.RecordAsync(
            new AuditEvent(AuditActions.ApiKeyRevoked, AuditOutcome.Succeeded, "api_key", id.ToString())
            {
                Before = new { key.Name, key.Hint, key.Scopes, key.ExpiresAt },
            },
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>404: the tenant has no such key.</summary>
    internal static ApiProblem NotFound() => Problems.NotFound("api_key_not_found", "There is no such API key.");
}
