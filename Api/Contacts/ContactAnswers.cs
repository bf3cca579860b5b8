using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Api.Contacts.Storage;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Versions;

namespace ProductionReady.Api.Contacts;

/// <summary>What the address book's endpoints answer with.</summary>
public static class ContactAnswers
{
    /// <summary>404, the same for an id that is nobody's, another tenant's, or no id at all.</summary>
    public static IResult NotFound() => Problems.NotFound("contact_not_found", "There is no contact of that id.");

    /// <summary>409.</summary>
    public static IResult EmailTaken() => Problems.Conflict("contact_email_taken", "Another contact has this e-mail address; case makes no difference.");

    /// <summary>412.</summary>
    public static IResult Stale() => Problems.PreconditionFailed("contact_changed", "The contact is no longer in a version that If-Match names; read it again.");

    /// <summary>422 with what is wrong with each field.</summary>
    public static IResult Invalid(IEnumerable<BrokenRule> broken)
    {
        var errors = new FieldErrors();
        foreach (var rule in broken)
        {
            errors.Add(rule.Field ?? "", rule.Sentence);
        }

        return Problems.Validation(errors);
    }

    /// <summary>The contact with its ETag.</summary>
    public static IResult Contact(StoredContact contact, int status = StatusCodes.Status200OK) => new ContactAnswer(contact, status);

    /// <summary>What a change came to: the contact, or why there was none.</summary>
    public static IResult Of(ContactChange change) => change.Outcome switch
    {
        ChangeOutcome.Done or ChangeOutcome.Unchanged => Contact(change.Contact!),
        ChangeOutcome.NotFound => NotFound(),
        ChangeOutcome.Stale => Stale(),
        _ => EmailTaken(),
    };

    /// <summary>Any of <see cref="ContactJson"/>'s types as JSON.</summary>
    public static Task WriteAsync<T>(HttpContext context, T body, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return JsonSerializer.SerializeAsync(context.Response.BodyWriter, body, type, context.RequestAborted);
    }

    private sealed class ContactAnswer(StoredContact contact, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            response.Headers.ETag = EntityVersion.ETag(contact.Version);
            if (status == StatusCodes.Status201Created)
            {
                response.Headers.Location = $"/api/v1/contacts/{contact.Id}";
            }

            return WriteAsync(httpContext, ContactResource.Of(contact), ContactJson.Wire.ContactResource);
        }
    }
}
