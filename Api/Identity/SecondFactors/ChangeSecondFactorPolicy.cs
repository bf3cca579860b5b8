using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Data;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>Who must have a second factor.</summary>
/// <param name="Required">Everybody.</param>
/// <param name="Roles">Whoever has one of these roles, whatever the rest may do; built-in ones or the tenant's own, up to 100.</param>
public sealed record SecondFactorPolicyBody(bool Required, IReadOnlyList<string> Roles);

/// <summary>
/// The tenant's policy. An administrator who has no second factor may require one of himself as well: his session is
/// restricted at once, and enrolling lifts that.
/// </summary>
public static class ChangeSecondFactorPolicy
{
    private const int MostRoles = 100;

    /// <summary>Handles <c>GET /api/v1/tenant/second-factor-policy</c>.</summary>
    public static async Task<Ok<SecondFactorPolicyBody>> ReadAsync(SecondFactorPolicies policies, CancellationToken cancellationToken)
    {
        var policy = await policies.ReadAsync(cancellationToken);
        return TypedResults.Ok(new SecondFactorPolicyBody(policy.Required, policy.Roles));
    }

    /// <summary>Handles <c>PUT /api/v1/tenant/second-factor-policy</c>.</summary>
    public static async Task<Results<Ok<SecondFactorPolicyBody>, ApiProblem>> HandleAsync(
        SecondFactorPolicyBody request, Principal principal, AppDbContext database, SecondFactorPolicies policies, AuditTrail audit,
        CancellationToken cancellationToken)
    {
        var errors = await CheckAsync(request, database, cancellationToken);
        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        var policy = new SecondFactorPolicy(request.Required, [.. request.Roles.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var before = await policies.LockAsync(cancellationToken);
        var restricted = await policies.ChangeAsync(policy, cancellationToken);
        await audit.RecordAsync(
            new AuditEvent(AuditActions.TenantUpdated, AuditOutcome.Succeeded, "tenant", principal.TenantId.ToString())
            {
                Before = new { requireSecondFactor = before.Required, secondFactorRoles = before.Roles },
                After = new { requireSecondFactor = policy.Required, secondFactorRoles = policy.Roles, usersRestricted = restricted },
            },
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.Ok(new SecondFactorPolicyBody(policy.Required, policy.Roles));
    }

    private static async Task<FieldErrors> CheckAsync(SecondFactorPolicyBody request, AppDbContext database, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors().Require(request.Roles.Count <= MostRoles, "roles", $"Must be up to {MostRoles}.");
        if (errors.Any)
        {
            return errors;
        }

        var own = await database.Roles.Select(role => role.Name).ToListAsync(cancellationToken);
        for (var i = 0; i < request.Roles.Count; i++)
        {
            errors.Require(
                RolePermissions.BuiltIn.ContainsKey(request.Roles[i] ?? "") || own.Contains(request.Roles[i]), $"roles[{i}]", "There is no such role.");
        }

        return errors;
    }
}
