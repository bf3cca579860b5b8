using Microsoft.AspNetCore.Http.HttpResults;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Json;
using ProductionReady.Api.Storage;
using ProductionReady.Api.Tenants;
using ProductionReady.Data;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Users;

/// <summary>Changes the caller's own display name. Roles and state are not his to change, see <see cref="OwnerPolicy"/>.</summary>
public static class ChangeMe
{
    /// <summary>Handles <c>PATCH /api/v1/auth/me</c>.</summary>
    public static async Task<Results<Ok<UserView>, ApiProblem>> HandleAsync(
        OwnPatch request, Principal principal, AppDbContext database, AuditTrail trail, TimeProvider time, KeyedTransaction? keyed,
        CancellationToken cancellationToken)
    {
        var errors = new FieldErrors().CheckDisplayName(request.DisplayName);
        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        await using var change = await ChangeTransaction.BeginAsync(database, keyed, cancellationToken);
        if (await UserReads.LockAsync($"{principal.UserId}", database, cancellationToken) is not { } user)
        {
            return UserReads.NotFound();
        }

        var before = UserResource.Audited(user);
        user.DisplayName = request.DisplayName?.Trim() ?? user.DisplayName;
        user.UpdatedAt = time.NowToStore();
        await trail.SaveAsync(
            new AuditEvent(AuditActions.UserUpdated, AuditOutcome.Succeeded, "user", $"{user.Id}") { Before = before, After = UserResource.Audited(user) },
            cancellationToken);
        await change.CommitAsync(cancellationToken);
        return TypedResults.Ok(UserView.Of(user));
    }
}
