using System.Text.Json;
using System.Text.Json.Nodes;
using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Api.Json;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Api.Contacts;

/// <summary>
/// A contact in a request body. It is read member by member, so that one answer names everything that is wrong: unknown
/// members, wrong types and broken rules alike. What the server sets (<c>id</c>, <c>createdAt</c>, <c>updatedAt</c>,
/// <c>version</c>) may be sent back as it was received and is not read, so that a contact can be read, changed and put.
/// </summary>
public static class ContactBody
{
    /// <summary>Largest body: the longest contact, with each character escaped, takes a third of it.</summary>
    public const int MaxBytes = 32 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = StrictJson.MaxDepth };

    /// <summary>The body's JSON.</summary>
    /// <exception cref="JsonException">It is no JSON, or gives a member twice.</exception>
    public static async Task<JsonNode?> ReadAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await JsonNode.ParseAsync(request.Body, documentOptions: Strict, cancellationToken: cancellationToken);

    /// <summary>The contact that the JSON describes, or null and what is wrong with it.</summary>
    public static ContactFields? Check(JsonNode? json, List<BrokenRule> broken)
    {
        if (json is not JsonObject members)
        {
            broken.Add(new(null, "must be a JSON object"));
            return null;
        }

        var draft = new ContactDraft();
        foreach (var (name, value) in members)
        {
            switch (name)
            {
                case ContactField.Name: draft.Name = Text(name, value, broken); break;
                case ContactField.Email: draft.Email = Text(name, value, broken); break;
                case ContactField.Phone: draft.Phone = Text(name, value, broken); break;
                case ContactField.Address: draft.Address = Text(name, value, broken); break;
                case ContactField.Gender: draft.Gender = Text(name, value, broken); break;
                case ContactField.Age: draft.Age = Number(name, value, broken); break;
                case "id" or "createdAt" or "updatedAt" or "version": break;
                default: broken.Add(new(name, "is not a member of a contact")); break;
            }
        }

        var known = broken.Select(rule => rule.Field).ToHashSet(StringComparer.Ordinal);
        var rules = new List<BrokenRule>();
        var fields = ContactRules.Check(draft, rules);
        broken.AddRange(rules.Where(rule => !known.Contains(rule.Field)));
        return broken.Count == 0 ? fields : null;
    }

    /// <summary>The members that a patch can change, as JSON.</summary>
    public static JsonObject Of(ContactFields fields) => new()
    {
        [ContactField.Name] = fields.Name,
        [ContactField.Email] = fields.Email,
        [ContactField.Phone] = fields.Phone,
        [ContactField.Address] = fields.Address,
        [ContactField.Age] = fields.Age,
        [ContactField.Gender] = StoredText.Of(fields.Gender),
    };

    private static string? Text(string name, JsonNode? value, List<BrokenRule> broken)
    {
        if (value?.GetValueKind() is null or JsonValueKind.String)
        {
            try
            {
                return value?.GetValue<string>();
            }
            catch (InvalidOperationException)
            {
                // The reader's way of saying that an escape is half of a surrogate pair.
                broken.Add(new(name, "is not valid Unicode text"));
                return null;
            }
        }

        broken.Add(new(name, "must be a string or null"));
        return null;
    }

    private static string? Number(string name, JsonNode? value, List<BrokenRule> broken)
    {
        if (value?.GetValueKind() is null or JsonValueKind.Number)
        {
            return value?.ToJsonString();
        }

        broken.Add(new(name, "must be a whole number or null"));
        return null;
    }
}
