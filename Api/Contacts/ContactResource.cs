using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ProductionReady.Api.Contacts.Import;
using ProductionReady.Api.Contacts.Storage;
using ProductionReady.Api.Versions;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Api.Contacts;

/// <summary>A contact on the wire.</summary>
public sealed record ContactResource
{
    /// <summary>UUIDv7, made here.</summary>
    public required Guid Id { get; init; }

    /// <summary>1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>At most 255 characters; unique in the tenant without regard to case.</summary>
    public required string? Email { get; init; }

    /// <summary>E.164, as in +33224423307.</summary>
    public required string? Phone { get; init; }

    /// <summary>At most 500 characters; lines are separated by LF.</summary>
    public required string? Address { get; init; }

    /// <summary>Years, 0 to 150.</summary>
    public required short? Age { get; init; }

    /// <summary>female, male or unspecified.</summary>
    public required string Gender { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime UpdatedAt { get; init; }

    /// <summary>The ETag without its quotes, so that a contact from a list can be changed with If-Match.</summary>
    public required string Version { get; init; }

    /// <summary>A stored contact as it goes out.</summary>
    public static ContactResource Of(StoredContact contact) => new()
    {
        Id = contact.Id,
        Name = contact.Fields.Name,
        Email = contact.Fields.Email,
        Phone = contact.Fields.Phone,
        Address = contact.Fields.Address,
        Age = contact.Fields.Age,
        Gender = StoredText.Of(contact.Fields.Gender),
        CreatedAt = contact.CreatedAt,
        UpdatedAt = contact.UpdatedAt,
        Version = EntityVersion.Text(contact.Version),
    };
}

/// <summary>A page of contacts.</summary>
/// <param name="Items">In the order in which they were created.</param>
/// <param name="NextCursor">Gives the next page; null on the last.</param>
public sealed record ContactPage(IReadOnlyList<ContactResource> Items, string? NextCursor);

[JsonSerializable(typeof(ContactResource))]
[JsonSerializable(typeof(ContactPage))]
[JsonSerializable(typeof(ImportReport))]
internal sealed partial class ContactJson : JsonSerializerContext
{
    /// <summary>
    /// Names in their own scripts and numbers with a plain plus sign: the answers are JSON by their content type, which nobody
    /// may sniff into HTML. Members that are null are written, so that each contact has the same shape.
    /// </summary>
    public static ContactJson Wire { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
