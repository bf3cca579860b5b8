using ProductionReady.Api.Authorization;
using ProductionReady.Api.Contacts.Storage;
using ProductionReady.Api.Versions;

namespace ProductionReady.Api.Contacts;

/// <summary><c>GET /api/v1/contacts/{id}</c>: the contact, or 304 when the caller has this version already.</summary>
public static class ReadContact
{
    public static async Task<IResult> HandleAsync(
        string id, HttpContext context, Principal principal, ContactReads contacts, CancellationToken cancellationToken)
    {
        if (!ContactId.TryRead(id, out var contactId)
            || await contacts.FindAsync(principal.TenantId, contactId, cancellationToken) is not { } contact)
        {
            return ContactAnswers.NotFound();
        }

        if (!EntityVersion.IsHeldBy(context.Request, contact.Version))
        {
            return ContactAnswers.Contact(contact);
        }

        context.Response.Headers.ETag = EntityVersion.ETag(contact.Version);
        return TypedResults.StatusCode(StatusCodes.Status304NotModified);
    }
}
