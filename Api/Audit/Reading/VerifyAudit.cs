using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Storage;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Api.Audit.Reading;

/// <summary>What verifying a stretch of the trail came to.</summary>
/// <param name="Intact">Nothing wrong was found.</param>
/// <param name="Complete">The end of the trail was reached; otherwise go on with <paramref name="LastSeq"/> as <c>after</c>.</param>
/// <param name="Entries">Entries found good.</param>
/// <param name="LastSeq">The last of them.</param>
/// <param name="LastHash">Its hash, 64 hexadecimal digits. Kept elsewhere, it shows later whether anything up to it was rewritten.</param>
/// <param name="Break">The first thing wrong.</param>
public sealed record AuditVerificationView(bool Intact, bool Complete, long Entries, long LastSeq, string LastHash, AuditBreakView? Break);

/// <summary>Where and how a trail is broken.</summary>
/// <param name="Seq">The first bad entry.</param>
/// <param name="Kind"><c>changed</c>, <c>removed</c>, <c>inserted</c>, <c>unlinked</c>, <c>cut_short</c> or <c>head_rewritten</c>.</param>
/// <param name="Detail">One sentence.</param>
public sealed record AuditBreakView(long Seq, string Kind, string Detail);

/// <summary>
/// <c>GET /api/v1/audit/verification</c>: computes a stretch of the tenant's trail again, at most
/// <see cref="MaxEntries"/> entries a request.
/// </summary>
public static class VerifyAudit
{
    /// <summary>Most entries of one request.</summary>
    public const int MaxEntries = 100_000;

    /// <summary>Handles it.</summary>
    public static async Task<Results<Ok<AuditVerificationView>, ApiProblem>> HandleAsync(
        HttpRequest request, Principal principal, TenantDatabase database, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        foreach (var (name, values) in request.Query)
        {
            errors.Require(name is "after" or "limit", name, "There is no such parameter.").Require(values.Count == 1, name, "Is given more than once.");
        }

        errors.Require(TryRead("after", 0, 0, long.MaxValue - 1, out var after), "after", "Must be the seq of an entry, or 0.")
            .Require(TryRead("limit", MaxEntries, 1, MaxEntries, out var limit), "limit", $"Must be a whole number from 1 to {MaxEntries}.");
        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        await using var connection = await database.OpenAsync(principal.TenantId, cancellationToken);
        var found = await AuditVerifier.VerifyAsync(connection, principal.TenantId, after, limit, anchor: null, cancellationToken);
        return TypedResults.Ok(new AuditVerificationView(
            found.Break is null, found.Complete, found.Entries, found.LastSeq, Convert.ToHexStringLower(found.LastHash),
            found.Break is { } broken ? new(broken.Seq, StoredText.Of(broken.Kind), broken.Sentence) : null));

        bool TryRead(string name, long otherwise, long least, long most, out long value)
        {
            value = otherwise;
            return request.Query[name] is not [{ Length: > 0 } text]
                || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most);
        }
    }
}
