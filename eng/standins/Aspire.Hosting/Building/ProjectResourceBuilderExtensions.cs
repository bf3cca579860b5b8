using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Projects;

namespace Aspire.Hosting;

/// <summary>Adds .NET projects.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a project that the AppHost references.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, [ResourceName] string name)
        where TProject : IProjectMetadata, new() => builder.Add(name, new TProject(), new ProjectResourceOptions());

    /// <summary>Adds a project that the AppHost references, with a launch profile, or without any when null.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        string? launchProfileName)
        where TProject : IProjectMetadata, new() => builder.Add(name, new TProject(), ProjectResourceOptions.For(launchProfileName));

    /// <summary>Adds a project that the AppHost references.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        Action<ProjectResourceOptions> configure)
        where TProject : IProjectMetadata, new()
    {
        var options = new ProjectResourceOptions();
        configure(options);
        return builder.Add(name, new TProject(), options);
    }

    /// <summary>Adds a project by the path of its file, relative to the AppHost's folder.</summary>
    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        string projectPath) => builder.Add(name, builder.Metadata(projectPath), new ProjectResourceOptions());

    /// <summary>Adds a project by the path of its file, with a launch profile, or without any when null.</summary>
    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        string projectPath,
        string? launchProfileName) => builder.Add(name, builder.Metadata(projectPath), ProjectResourceOptions.For(launchProfileName));

    /// <summary>Runs a project several times side by side.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        return builder.WithAnnotation(new ReplicaAnnotation(replicas), ResourceAnnotationMutationBehavior.Replace);
    }

    private static ProjectMetadata Metadata(this IDistributedApplicationBuilder builder, string projectPath) =>
        new(Path.GetFullPath(projectPath.Replace('\\', '/'), builder.AppHostDirectory));

    private static IResourceBuilder<ProjectResource> Add(
        this IDistributedApplicationBuilder builder,
        string name,
        IProjectMetadata metadata,
        ProjectResourceOptions options)
    {
        var project = builder.AddResource(new ProjectResource(name)).WithAnnotation(metadata);
        ProjectDefaults.Apply(project, options);
        return project;
    }
}

/// <summary>How a project is added.</summary>
public class ProjectResourceOptions
{
    /// <summary>The launch profile; the AppHost's own one or the project's first unless given.</summary>
    public string? LaunchProfileName { get; set; }

    /// <summary>Whether to do without a launch profile.</summary>
    public bool ExcludeLaunchProfile { get; set; }

    internal static ProjectResourceOptions For(string? launchProfileName) =>
        new() { LaunchProfileName = launchProfileName, ExcludeLaunchProfile = launchProfileName is null };
}
