using System.Text.Json;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Api.Contacts.Storage;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Idempotency;

namespace ProductionReady.Api.Contacts;

/// <summary><c>POST /api/v1/contacts</c>: 201 with the contact, where it is and its ETag.</summary>
public static class CreateContact
{
    public static async Task<IResult> HandleAsync(
        HttpRequest request, Principal principal, ContactWrites contacts, KeyedTransaction? keyed, CancellationToken cancellationToken)
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

            return await contacts.InsertAsync(principal.TenantId, fields, keyed, cancellationToken) is { } contact
                ? ContactAnswers.Contact(contact, StatusCodes.Status201Created)
                : ContactAnswers.EmailTaken();
        }
        catch (JsonException e)
        {
            return BadRequestProblems.ForJson(e);
        }
    }
}
