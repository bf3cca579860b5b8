using System.Collections;

namespace Aspire.Hosting.Run;

/// <summary>What a process gets of the AppHost's own environment: all but what says how the AppHost itself runs.</summary>
internal static class InheritedEnvironment
{
    private static readonly HashSet<string> Own = ["ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE"];

    public static Dictionary<string, string> Get() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Where(v => !Own.Contains((string)v.Key))
        .ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? string.Empty);
}
