using System.Text.Json;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Api.Contacts.Storage;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Patching;
using ProductionReady.Api.Versions;

namespace ProductionReady.Api.Contacts;

/// <summary>
/// <c>PATCH /api/v1/contacts/{id}</c>: a JSON Merge Patch. What comes of it must be a valid contact; <c>application/json</c>
/// is read as the same.
/// </summary>
public static class PatchContact
{
    public static async Task<IResult> HandleAsync(
        string id, HttpContext context, Principal principal, ContactWrites contacts, KeyedTransaction? keyed,
        CancellationToken cancellationToken)
    {
        if (MediaTypes.OfUtf8(context.Request) is not (JsonMergePatch.MediaType or "application/json"))
        {
            // RFC 5789, section 2.2.
            context.Response.Headers["Accept-Patch"] = JsonMergePatch.MediaType;
            return Problems.UnsupportedMediaType($"Send the patch as {JsonMergePatch.MediaType}.");
        }

        if (!ContactId.TryRead(id, out var contactId))
        {
            return ContactAnswers.NotFound();
        }

        try
        {
            var patch = await ContactBody.ReadAsync(context.Request, cancellationToken);
            var broken = new List<BrokenRule>();
            var change = await contacts.ChangeAsync(
                principal.TenantId,
                contactId,
                current => ContactBody.Check(JsonMergePatch.Apply(ContactBody.Of(current.Fields), patch), broken),
                EntityVersion.Known(context.Request),
                keyed,
                cancellationToken);
            return broken.Count > 0 ? ContactAnswers.Invalid(broken) : ContactAnswers.Of(change);
        }
        catch (JsonException e)
        {
            return BadRequestProblems.ForJson(e);
        }
    }
}
