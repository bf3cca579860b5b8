using Microsoft.AspNetCore.Mvc;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Contacts.Export;
using ProductionReady.Api.Contacts.Import;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Paging;
using ProductionReady.Api.Patching;

namespace ProductionReady.Api.Contacts;

/// <summary>Routes of the address book.</summary>
public static class ContactEndpoints
{
    private static readonly (string Name, string Description)[] Filters =
    [
        ("q", "Text that the name, e-mail, phone or address holds."),
        ("name", "Text that the name holds."),
        ("email", "Text that the e-mail address holds."),
        ("phone", "Digits that the phone number holds."),
        ("address", "Text that the address holds."),
        ("gender", "female, male or unspecified."),
        ("age", "The age, in years."),
        ("ageMin", "The lowest age."),
        ("ageMax", "The highest age."),
    ];

    /// <summary>Maps <c>/api/v1/contacts</c>.</summary>
    public static IEndpointRouteBuilder MapContactEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var contacts = endpoints.MapApiGroup("contacts", "Contacts");
        contacts.MapGet("/", ListContacts.HandleAsync)
            .RequirePermission(Permissions.ContactRead)
            .WithName("listContacts").WithSummary("List, search and filter contacts")
            .TakesQuery(Filters).Pages()
            .Produces<ContactPage>().ProducesProblems(422);
        contacts.MapPost("/", CreateContact.HandleAsync)
            .RequirePermission(Permissions.ContactCreate)
            .TakesIdempotencyKey()
            .WithName("createContact").WithSummary("Create a contact")
            .Takes("application/json").Produces<ContactResource>(201).ProducesProblems(409, 413, 415, 422);
        contacts.MapGet("/{id}", ReadContact.HandleAsync)
            .RequirePermission(Permissions.ContactRead)
            .WithName("readContact").WithSummary("Read a contact")
            .Produces<ContactResource>().Produces(304).ProducesProblems(404);
        contacts.MapPut("/{id}", ReplaceContact.HandleAsync)
            .RequirePermission(Permissions.ContactUpdate)
            .WithName("replaceContact").WithSummary("Replace a contact")
            .Takes("application/json").Produces<ContactResource>().ProducesProblems(404, 409, 412, 413, 415, 422);
        contacts.MapPatch("/{id}", PatchContact.HandleAsync)
            .RequirePermission(Permissions.ContactUpdate)
            .TakesIdempotencyKey()
            .WithName("patchContact").WithSummary("Change a contact by a JSON Merge Patch (RFC 7396)")
            .Takes(JsonMergePatch.MediaType, "application/json").Produces<ContactResource>().ProducesProblems(404, 409, 412, 413, 415, 422);
        contacts.MapDelete("/{id}", DeleteContact.HandleAsync)
            .RequirePermission(Permissions.ContactDelete)
            .WithName("deleteContact").WithSummary("Delete a contact")
            .Produces(204).ProducesProblems(404, 412);
        contacts.MapPost("/import", ImportContacts.HandleAsync)
            .RequirePermission(Permissions.ContactImport)
            .WithName("importContacts").WithSummary("Import contacts from CSV or vCard 4.0")
            .WithMetadata(new RequestSizeLimitAttribute(ContactImport.MaxBytes))
            .Accepts<Stream>(ImportContacts.Csv, ImportContacts.VCard)
            .Produces<ImportReport>().ProducesProblems(409, 413, 415, 422);
        contacts.MapGet("/export", ExportContacts.HandleAsync)
            .RequirePermission(Permissions.ContactExport)
            .WithName("exportContacts").WithSummary("Export contacts as CSV or vCard 4.0")
            .TakesQuery(Filters).TakesQuery(("format", "csv or vcard; unless given, the header Accept says it."))
            .Produces(200, contentType: ImportContacts.Csv, additionalContentTypes: ImportContacts.VCard).ProducesProblems(406, 422);
        return endpoints;
    }

    private static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, string contentType, params string[] others) => endpoint
        .Accepts<ContactInput>(contentType, others)
        .WithMetadata(new RequestSizeLimitAttribute(ContactBody.MaxBytes));
}
