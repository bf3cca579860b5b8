using System.Reflection;

namespace Aspire.Hosting;

/// <summary>Reads where an AppHost's project is from what its build wrote into the assembly.</summary>
internal static class AppHostLocation
{
    public static Assembly? Assembly(string? name) =>
        name is null ? System.Reflection.Assembly.GetEntryAssembly() : System.Reflection.Assembly.Load(new AssemblyName(name));

    public static string? ProjectFolder(Assembly? appHost) =>
        appHost?.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(m => m.Key.Equals("apphostprojectpath", StringComparison.OrdinalIgnoreCase))?.Value is { } folder && Directory.Exists(folder)
            ? folder
            : null;

    public static string Configuration(Assembly? appHost) =>
        appHost?.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration is { Length: > 0 } configuration ? configuration : "Debug";
}
