using ProductionReady.Api.Authorization;
using ProductionReady.Api.Contacts.Storage;
using ProductionReady.Api.Versions;

namespace ProductionReady.Api.Contacts;

/// <summary><c>DELETE /api/v1/contacts/{id}</c>: 204; deleting it again is 404.</summary>
public static class DeleteContact
{
    public static async Task<IResult> HandleAsync(
        string id, HttpRequest request, Principal principal, ContactWrites contacts, CancellationToken cancellationToken)
    {
        if (!ContactId.TryRead(id, out var contactId))
        {
            return ContactAnswers.NotFound();
        }

        return await contacts.DeleteAsync(principal.TenantId, contactId, EntityVersion.Known(request), cancellationToken) switch
        {
            ChangeOutcome.Done => TypedResults.NoContent(),
            ChangeOutcome.Stale => ContactAnswers.Stale(),
            _ => ContactAnswers.NotFound(),
        };
    }
}
