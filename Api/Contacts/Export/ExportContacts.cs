using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Contacts.Csv;
using ProductionReady.Api.Contacts.Import;
using ProductionReady.Api.Contacts.Storage;
using ProductionReady.Api.Contacts.VCard;
using ProductionReady.Api.Errors;

namespace ProductionReady.Api.Contacts.Export;

/// <summary>
/// <c>GET /api/v1/contacts/export</c>: all contacts that match, as CSV or vCard: by <c>format</c>, else by <c>Accept</c>, else
/// CSV. Rows are fetched in pages as the client takes them, so that a slow client holds neither memory nor a snapshot of
/// the database; a contact that changes meanwhile may go out in either state, none goes out twice.
/// </summary>
public static class ExportContacts
{
    private const int PageSize = 2000;
    private static readonly string[] OwnParameters = ["format"];

    public static async Task<IResult> HandleAsync(
        HttpContext context, Principal principal, ContactReads contacts, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var filter = ContactFilter.Read(context.Request.Query, OwnParameters, errors);
        string format = context.Request.Query["format"].ToString();
        errors.Require(format is "" or "csv" or "vcard", "format", "Must be csv or vcard.");
        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        var type = format switch { "csv" => ImportContacts.Csv, "vcard" => ImportContacts.VCard, _ => Preferred(context.Request) };
        if (type is null)
        {
            return new ApiProblem(StatusCodes.Status406NotAcceptable, "not_acceptable", "No such representation")
            {
                Detail = "Contacts are exported as text/csv or text/vcard.",
            };
        }

        // Before anything is written: a failure here can still be answered as one.
        var page = await contacts.PageAsync(principal.TenantId, filter, after: null, PageSize, cancellationToken);
        var response = context.Response;
        response.ContentType = type + "; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"contacts.{(type == ImportContacts.Csv ? "csv" : "vcf")}\"";
        response.Headers.CacheControl = "no-store";
        await using IContactWriter writer = type == ImportContacts.Csv ? new CsvContactWriter(response.Body) : new VCardContactWriter(response.Body);
        await writer.StartAsync(cancellationToken);
        while (page.Count > 0)
        {
            foreach (var contact in page)
            {
                await writer.WriteAsync(contact.Fields, cancellationToken);
            }

            await writer.FlushAsync(cancellationToken);
            page = page.Count < PageSize ? [] : await contacts.PageAsync(principal.TenantId, filter, page[^1].Id, PageSize, cancellationToken);
        }

        await writer.FlushAsync(cancellationToken);
        return TypedResults.Empty;
    }

    /// <summary>What <c>Accept</c> likes best (RFC 9110, section 12.5.1); null when it takes neither.</summary>
    private static string? Preferred(HttpRequest request)
    {
        var accept = request.Headers.Accept;
        if (StringValues.IsNullOrEmpty(accept) || !MediaTypeHeaderValue.TryParseList(accept!, out var ranges))
        {
            return ImportContacts.Csv;
        }

        var csv = Quality(ranges, ImportContacts.Csv);
        var vcard = Quality(ranges, ImportContacts.VCard);
        return csv == 0 && vcard == 0 ? null : vcard > csv ? ImportContacts.VCard : ImportContacts.Csv;
    }

    private static double Quality(IList<MediaTypeHeaderValue> ranges, string type)
    {
        var wanted = MediaTypeHeaderValue.Parse(type);
        return ranges
            .Where(wanted.IsSubsetOf)
            .OrderBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0)
            .Select(range => range.Quality ?? 1)
            .FirstOrDefault();
    }
}
