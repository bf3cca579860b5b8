using ProductionReady.Api.Authorization;
using ProductionReady.Api.Contacts.Storage;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Paging;

namespace ProductionReady.Api.Contacts;

/// <summary><c>GET /api/v1/contacts</c>: a page of the contacts that match, in the order of their ids.</summary>
public static class ListContacts
{
    private static readonly string[] PagingParameters = ["limit", "cursor"];

    public static async Task<IResult> HandleAsync(
        HttpContext context, Principal principal, ContactReads contacts, CursorSigner cursors, CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        var errors = new FieldErrors();
        var filter = ContactFilter.Read(query, PagingParameters, errors);
        errors.Require(PageLimit.TryRead(query["limit"], out var limit), "limit", "Must be a whole number from 1 to 500.");
        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        var scope = new CursorScope("contacts", principal.TenantId, filter.Canonical());
        Guid? after = null;
        if (query["cursor"] is [{ Length: > 0 } cursor])
        {
            if (!cursors.TryRead(scope, cursor, out var last))
            {
                return Problems.BadRequest("cursor_invalid", "The cursor is not one that this list gave out with this filter.");
            }

            after = last;
        }

        // One row more than asked for tells whether there is another page.
        var rows = await contacts.PageAsync(principal.TenantId, filter, after, limit + 1, cancellationToken);
        var more = rows.Count > limit;
        var page = new ContactPage(
            [.. rows.Take(limit).Select(ContactResource.Of)],
            more ? cursors.Issue(scope, rows[limit - 1].Id) : null);
        return new PageAnswer(page);
    }

    private sealed class PageAnswer(ContactPage page) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => ContactAnswers.WriteAsync(httpContext, page, ContactJson.Wire.ContactPage);
    }
}
