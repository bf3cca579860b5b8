using Microsoft.AspNetCore.Http.HttpResults;
using ProductionReady.Api.Audit;

namespace ProductionReady.Api.Identity.Passwords;

/// <summary>Asking for a new password.</summary>
/// <param name="Tenant">Slug of the tenant, in any case.</param>
/// <param name="Email">E-mail address of the user, in any case.</param>
public sealed record PasswordResetRequest(string Tenant, string Email)
{
    /// <summary>Without the address, for records print their members.</summary>
    public override string ToString() => nameof(PasswordResetRequest);
}

/// <summary>
/// Answers the same at once whoever is asked for, and even whether there is such a tenant: all the work is done in the
/// background, so that neither the answer nor its time tells who has an account.
/// </summary>
public static class RequestPasswordReset
{
    /// <summary>Handles <c>POST /api/v1/auth/password-resets</c>.</summary>
    public static Accepted Handle(PasswordResetRequest request, HttpContext http, PasswordResetQueue queue)
    {
        queue.Add(new WantedReset(request.Tenant, request.Email, AuditOrigin.Of(http)));
        return TypedResults.Accepted((string?)null);
    }
}
