using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Contacts.Storage;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Json;
using ProductionReady.Api.Paging;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Platform;

/// <summary><c>GET /api/v1/platform/tenants</c>: filters <c>state</c>, and <c>q</c>, a part of the slug or name.</summary>
public static class ListTenants
{
    private const int LongestSearch = 100;

    /// <summary>Handles a request.</summary>
    public static async Task<IResult> HandleAsync(
        string? state, string? q, string? limit, string? cursor, Principal principal, PlatformTenants tenants, CursorSigner cursors,
        AuditTrail audit, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors()
            .Require(PageLimit.TryRead(limit, out var count), "limit", "Must be a whole number from 1 to 500.")
            .Require(string.IsNullOrEmpty(state) || StoredText.TryParse<TenantState>(state, out _), "state", "Must be active, suspended or closing.")
            .Require(q is null || (q.Length <= LongestSearch && StorableText.IsStorable(q)), "q", $"Must be at most {LongestSearch} characters.");
        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        var scope = new CursorScope("platform-tenants", principal.TenantId, $"{state}\n{q}");
        Guid? after = null;
        if (!string.IsNullOrEmpty(cursor))
        {
            if (!cursors.TryRead(scope, cursor, out var last))
            {
                return Problems.BadRequest("cursor_invalid", "The cursor is not one that this list gave out with this filter.");
            }

            after = last;
        }

        var rows = await tenants.PageAsync(
            string.IsNullOrEmpty(state) ? null : state, string.IsNullOrEmpty(q) ? null : ContactFilterSql.Pattern(q), after, count + 1, cancellationToken);
        await audit.RecordAsync(
            new AuditEvent(AuditActions.PlatformTenantsRead, AuditOutcome.Succeeded, "tenant", null) { After = new { state, q, tenants = Math.Min(rows.Count, count) } },
            cancellationToken);
        return TypedResults.Ok(new PlatformTenantPage(
            [.. rows.Take(count).Select(PlatformTenantView.Of)],
            rows.Count > count ? cursors.Issue(scope, rows[count - 1].Id) : null));
    }
}
