namespace Aspire.Hosting.ApplicationModel;

/// <summary>A .NET project that is built and run.</summary>
public class ProjectResource(string name) : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery,
    IResourceWithWaitSupport, IResourceWithProbes, IComputeResource;

/// <summary>Asks for projects.</summary>
public static class ProjectResourceExtensions
{
    /// <summary>All projects of the application.</summary>
    public static IEnumerable<ProjectResource> GetProjectResources(this DistributedApplicationModel model) => model.Resources.OfType<ProjectResource>();

    /// <summary>Where a project is.</summary>
    public static IProjectMetadata GetProjectMetadata(this ProjectResource projectResource) =>
        projectResource.Annotations.OfType<IProjectMetadata>().Single();
}
