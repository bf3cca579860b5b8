using Microsoft.AspNetCore.Http.HttpResults;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Json;
using ProductionReady.Api.Tenants.Plans;
using ProductionReady.Api.Versions;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Users;

/// <summary>
/// Changes a user. What he may do changes at once: disabling ends his sessions, other roles make his tokens stale. The database
/// keeps the last administrator (<see cref="Data.Schema.LastAdministrator"/>).
/// </summary>
public sealed class ChangeUser(
    AppDbContext database, AccessChanges access, RoleCatalog catalog, GrantPolicy grants, UserRoom room, AuditTrail trail, TimeProvider time)
{
    /// <summary>Handles <c>PATCH /api/v1/users/{id}</c>.</summary>
    public static Task<Results<Ok<UserResource>, ApiProblem>> HandleAsync(
        string id, UserPatch request, HttpContext context, Principal principal, ChangeUser change, KeyedTransaction? keyed,
        CancellationToken cancellationToken) => change.ChangeAsync(id, request, context, principal, keyed, cancellationToken);

    private async Task<Results<Ok<UserResource>, ApiProblem>> ChangeAsync(
        string id, UserPatch request, HttpContext context, Principal principal, KeyedTransaction? keyed, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors().CheckDisplayName(request.DisplayName).CheckRoles(request.Roles).CheckState(request.State, out var state);
        await using var transaction = await access.BeginAsync(keyed, cancellationToken);
        if (await UserReads.LockAsync(id, database, cancellationToken) is not { } user)
        {
            return UserReads.NotFound();
        }

        if (context.Stale(user.Version, "user_changed") is { } stale)
        {
            return stale;
        }

        if (!errors.Any && request.Roles is not null)
        {
            await errors.CheckRolesExistAsync(request.Roles, catalog, cancellationToken);
        }

        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        var wanted = new Wanted(
            request.DisplayName?.Trim() ?? user.DisplayName,
            request.Roles is null ? user.Roles : [.. request.Roles.Order(StringComparer.Ordinal)],
            state ?? user.State);
        if (await RefusalAsync(principal, user, wanted, cancellationToken) is { } refused)
        {
            return refused;
        }

        await ApplyAsync(user, wanted, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return context.Versioned(UserResource.Of(user), user.Version);
    }

    /// <summary>
    /// Who has more permissions than the caller is not the caller's to change, and nobody gets roles from one who does not have
    /// what they grant. What he may do himself nobody changes.
    /// </summary>
    private async ValueTask<ApiProblem?> RefusalAsync(Principal principal, User user, Wanted wanted, CancellationToken cancellationToken) =>
        user.Id == principal.SubjectId && (wanted.State != user.State || !wanted.HasRolesOf(user))
            ? Problems.Forbidden("own_access", "Nobody changes his own roles or state; ask another administrator.")
            : await grants.CheckRolesAsync(principal, [.. wanted.Roles.Union(user.Roles)], cancellationToken);

    private async Task ApplyAsync(User user, Wanted wanted, CancellationToken cancellationToken)
    {
        var before = UserResource.Audited(user);
        var stateChanges = wanted.State != user.State;
        var rolesChange = !wanted.HasRolesOf(user);
        user.DisplayName = wanted.DisplayName;
        user.State = wanted.State;
        user.UpdatedAt = time.NowToStore();
        if (rolesChange)
        {
            user.Roles = wanted.Roles;
            user.AccessVersion++;
        }

        if (stateChanges && wanted.State == UserState.Active)
        {
            await room.TakeAsync(cancellationToken);
        }

        await database.SaveChangesAsync(cancellationToken);
        if (rolesChange)
        {
            await access.RefuseOlderTokensAsync(user.Id, user.AccessVersion, cancellationToken);
        }

        if (stateChanges && wanted.State == UserState.Disabled)
        {
            await access.EndSessionsAsync(user.Id, cancellationToken);
        }

        var action = !stateChanges ? AuditActions.UserUpdated
            : wanted.State == UserState.Disabled ? AuditActions.UserDisabled
            : AuditActions.UserEnabled;
        await trail.RecordAsync(
            new AuditEvent(action, AuditOutcome.Succeeded, "user", $"{user.Id}") { Before = before, After = UserResource.Audited(user) },
            cancellationToken);
    }

    private sealed record Wanted(string DisplayName, string[] Roles, UserState State)
    {
        public bool HasRolesOf(User user) => Roles.ToHashSet(StringComparer.Ordinal).SetEquals(user.Roles);
    }
}
