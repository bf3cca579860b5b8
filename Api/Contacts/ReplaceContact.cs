using System.Text.Json;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Api.Contacts.Storage;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Versions;

namespace ProductionReady.Api.Contacts;

/// <summary><c>PUT /api/v1/contacts/{id}</c>: replaces all fields of a contact that exists; what is left out becomes null.</summary>
public static class ReplaceContact
{
    public static async Task<IResult> HandleAsync(
        string id, HttpRequest request, Principal principal, ContactWrites contacts, CancellationToken cancellationToken)
    {
        if (MediaTypes.OfUtf8(request) != "application/json")
        {
            return Problems.UnsupportedMediaType("Send the contact as application/json.");
        }

        var broken = new List<BrokenRule>();
        try
        {
            if (ContactBody.Check(await ContactBody.ReadAsync(request, cancellationToken), broken) is not { } fields)
            {
                return ContactAnswers.Invalid(broken);
            }

            return ContactId.TryRead(id, out var contactId)
                ? ContactAnswers.Of(await contacts.ReplaceAsync(principal.TenantId, contactId, fields, EntityVersion.Known(request), cancellationToken))
                : ContactAnswers.NotFound();
        }
        catch (JsonException e)
        {
            return BadRequestProblems.ForJson(e);
        }
    }
}
