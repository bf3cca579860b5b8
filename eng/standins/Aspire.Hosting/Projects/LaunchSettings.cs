using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aspire.Hosting.Projects;

/// <summary>A profile of a project's <c>Properties/launchSettings.json</c>.</summary>
internal sealed record LaunchProfile(string? CommandName, string? ApplicationUrl, string? CommandLineArgs, Dictionary<string, string>? EnvironmentVariables);

/// <summary>Reads a project's <c>Properties/launchSettings.json</c>.</summary>
internal sealed record LaunchSettings([property: JsonPropertyName("profiles")] Dictionary<string, LaunchProfile>? Profiles)
{
    private static readonly JsonSerializerOptions Lenient = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>The profile of a name, or the first one that runs the project; null when there is none.</summary>
    /// <exception cref="DistributedApplicationException">The named profile does not exist, or the file is no launch settings file.</exception>
    public static LaunchProfile? Profile(string projectFolder, string? name, string? preferred)
    {
        var file = Path.Combine(projectFolder, "Properties", "launchSettings.json");
        var profiles = File.Exists(file) ? Read(file) : [];
        if (name is not null)
        {
            return profiles.GetValueOrDefault(name)
                ?? throw new DistributedApplicationException($"Launch settings file '{file}' has no profile '{name}'.");
        }

        return preferred is not null && profiles.TryGetValue(preferred, out var found)
            ? found
            : profiles.Values.FirstOrDefault(p => p.CommandName == "Project");
    }

    private static Dictionary<string, LaunchProfile> Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<LaunchSettings>(File.ReadAllText(file), Lenient)?.Profiles ?? [];
        }
        catch (JsonException e)
        {
            throw new DistributedApplicationException($"'{file}' is no launch settings file: {e.Message}", e);
        }
    }
}
