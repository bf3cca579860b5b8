using System.Text.Json.Nodes;

namespace ProductionReady.Api.Patching;

/// <summary>
/// JSON Merge Patch (RFC 7396): members of the patch replace those of the target, null removes, objects merge, and
/// anything else, arrays included, replaces the whole.
/// </summary>
public static class JsonMergePatch
{
    public const string MediaType = "application/merge-patch+json";

    /// <summary>The target with the patch applied (RFC 7396, section 2). Neither argument is changed; JSON null is null.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var result = target is JsonObject present ? (JsonObject)present.DeepClone() : [];
        foreach (var (name, change) in changes)
        {
            if (change is null)
            {
                result.Remove(name);
            }
            else
            {
                result[name] = Apply(result[name], change);
            }
        }

        return result;
    }
}
