using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Xml.Linq;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Run;

/// <summary>Runs a project from what its build put out, in the AppHost's configuration and for its framework.</summary>
internal static class ProjectOutput
{
    public static LaunchSpecification Launch(
        ProjectResource project,
        Assembly? appHost,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment)
    {
        var path = project.GetProjectMetadata().ProjectPath;
        return new(DotNet(), ["exec", AssemblyOf(path, appHost), .. arguments], Path.GetDirectoryName(path)!, environment);
    }

    private static string AssemblyOf(string projectPath, Assembly? appHost)
    {
        if (!File.Exists(projectPath))
        {
            throw new DistributedApplicationException($"There is no project '{projectPath}'.");
        }

        var folder = Path.Combine(
            Path.GetDirectoryName(projectPath)!,
            "bin",
            AppHostLocation.Configuration(appHost),
            $"net{FrameworkOf(appHost).ToString(2)}");
        var name = XDocument.Load(projectPath).Descendants("AssemblyName").FirstOrDefault()?.Value
            ?? Path.GetFileNameWithoutExtension(projectPath);
        var assembly = Path.Combine(folder, $"{name}.dll");
        return File.Exists(assembly)
            ? assembly
            : throw new DistributedApplicationException($"The project '{projectPath}' is not built: there is no '{assembly}'. Build the AppHost, which builds it too.");
    }

    private static Version FrameworkOf(Assembly? appHost) =>
        appHost?.GetCustomAttribute<TargetFrameworkAttribute>()?.FrameworkName is { } name ? new FrameworkName(name).Version : Environment.Version;

    // The host that runs this process also runs the projects, whether or not it is in PATH.
    private static string DotNet()
    {
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        return File.Exists(host) ? host : "dotnet";
    }
}
