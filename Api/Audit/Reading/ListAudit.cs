using System.Buffers.Binary;
using Microsoft.AspNetCore.Http.HttpResults;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Paging;

namespace ProductionReady.Api.Audit.Reading;

/// <summary><c>GET /api/v1/audit</c>: a page of the entries that match, newest first.</summary>
public static class ListAudit
{
    private static readonly string[] PagingParameters = ["limit", "cursor"];

    /// <summary>Handles it.</summary>
    public static async Task<Results<Ok<AuditPage>, ApiProblem>> HandleAsync(
        HttpRequest request, Principal principal, AuditReads audit, CursorSigner cursors, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var filter = AuditFilter.Read(request.Query, PagingParameters, errors);
        errors.Require(PageLimit.TryRead(request.Query["limit"], out var limit), "limit", $"Must be a whole number from 1 to {PageLimit.Max}.");
        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        var scope = new CursorScope("audit", principal.TenantId, filter.Canonical());
        long? before = null;
        if (request.Query["cursor"] is [{ Length: > 0 } cursor])
        {
            if (!cursors.TryRead(scope, cursor, out var last))
            {
                return Problems.BadRequest("cursor_invalid", "The cursor is not one that this list gave out with this filter.");
            }

            before = ToSeq(last);
        }

        // One row more than asked for tells whether there is another page.
        var rows = await audit.NewestAsync(principal.TenantId, filter, before, limit + 1, cancellationToken);
        return TypedResults.Ok(new AuditPage(
            [.. rows.Take(limit).Select(AuditEntryView.Of)],
            rows.Count > limit ? cursors.Issue(scope, ToId(rows[limit - 1].Seq)) : null));
    }

    // Cursors carry 16 bytes, for ids; a seq is the last eight of them.
    private static Guid ToId(long seq)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], seq);
        return new Guid(bytes, bigEndian: true);
    }

    private static long ToSeq(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(bytes[8..]);
    }
}
