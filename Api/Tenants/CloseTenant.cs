using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Passwords;
using ProductionReady.Api.Identity.SecondFactors;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Api.Json;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Placement;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Tenants;

/// <summary>Giving the tenant up. One of the two proves that it is the user who asks, and not a stolen token.</summary>
/// <param name="Password">The caller's own, once more.</param>
/// <param name="Code">In its place, a code of the caller's second factor, or a recovery code.</param>
public sealed record CloseTenantRequest(string? Password = null, string? Code = null)
{
    /// <summary>Says nothing of the secrets, for records print their members.</summary>
    public override string ToString() => nameof(CloseTenantRequest);
}

/// <summary>
/// <c>POST /api/v1/tenant/close</c>: signs everybody else out, refuses sign-ins and API keys, and has the tenant erased after a
/// grace. Until then the session that closed it goes on, for it to export the data or to reopen the tenant; the operator can reopen it
/// too.
/// </summary>
public sealed class CloseTenant(
    AppDbContext database, CurrentPassword password, SecondFactorCheck factor, SecondFactorAttempts attempts,
    SessionEnding sessions, DirectoryMirror mirror, AuditTrail audit, IOptions<TenantOptions> options, TimeProvider time)
{
    /// <summary>Handles a request.</summary>
    public static async Task<IResult> HandleAsync(
        CloseTenantRequest request, HttpContext http, Principal principal, CloseTenant close, CancellationToken cancellationToken)
    {
        if (principal.TenantId == PlatformTenant.Id)
        {
            return Problems.Conflict("platform_tenant", "The platform's own tenant cannot be closed.");
        }

        return (request.Password is null) == (request.Code is null)
            ? Problems.Validation(new FieldErrors().Add("password", "Give either your password or a code of your second factor."))
            : await close.CloseAsync(request, http, principal, cancellationToken);
    }

    private async Task<IResult> CloseAsync(CloseTenantRequest request, HttpContext http, Principal principal, CancellationToken cancellationToken)
    {
        // Before anything is counted: where there is nothing to close, a password or a code is no guess.
        if (await database.Tenants.AnyAsync(tenant => tenant.State != TenantState.Active, cancellationToken))
        {
            return NotActive();
        }

        if (request.Code is { } code)
        {
            return await attempts.TakeAsync(principal.UserId, cancellationToken) is { } wait
                ? SecondFactorProblems.TooManyCodes(wait)
                : await RunAsync(() => UseCodeAsync(principal.UserId, code, cancellationToken), http, principal, cancellationToken);
        }

        var email = await database.Users.Where(user => user.Id == principal.UserId).Select(user => user.Email).SingleAsync(cancellationToken);
        var proof = await password.CheckAsync(principal, email, request.Password!, "password", http, cancellationToken);
        return proof.Refusal ?? await RunAsync(() => password.HoldAsync(proof, cancellationToken), http, principal, cancellationToken);
    }

    private async Task<ApiProblem?> UseCodeAsync(Guid userId, string code, CancellationToken cancellationToken)
    {
        if (!await factor.UseAsync(userId, code, cancellationToken))
        {
            return SecondFactorProblems.CodeInvalid();
        }

        await attempts.ForgiveAsync(userId, cancellationToken);
        return null;
    }

    private async Task<IResult> RunAsync(Func<Task<ApiProblem?>> prove, HttpContext http, Principal principal, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await prove() is { } refused)
        {
            return refused;
        }

        if (await TenantRow.LockAsync(database, cancellationToken) is not { State: TenantState.Active } tenant)
        {
            return NotActive();
        }

        var now = time.NowToStore();
        (tenant.State, tenant.ClosingAt, tenant.EraseAfter, tenant.UpdatedAt) = (TenantState.Closing, now, now + options.Value.ClosingGrace, now);
        await database.SaveChangesAsync(cancellationToken);
        await sessions.EndOthersOfTenantAsync(principal.SessionId, SessionEnding.TenantClosed, cancellationToken);
        await audit.RecordAsync(
            new AuditEvent(AuditActions.TenantClosed, AuditOutcome.Succeeded, "tenant", $"{tenant.Id}") { After = new { tenant.EraseAfter } },
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await mirror.RefreshAsync(tenant.Id);
        return ReadTenant.Answer(tenant, http.Response);
    }

    private static ApiProblem NotActive() => Problems.Conflict("tenant_not_active", "The tenant is not active; it may be closing already.");
}
