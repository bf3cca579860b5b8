namespace Aspire.Hosting.ApplicationModel;

/// <summary>The names of a resource's replicas: the resource's own when there is one, numbered from 1 when there are more.</summary>
internal static class ReplicaIds
{
    public static IReadOnlyList<string> Of(IResource resource)
    {
        var count = resource.GetReplicaCount();
        return count == 1 ? [resource.Name] : [.. Enumerable.Range(1, count).Select(i => $"{resource.Name}-{i}")];
    }
}

/// <summary>What is to be seen of a resource of which nothing was told yet.</summary>
internal static class InitialSnapshot
{
    public static CustomResourceSnapshot Of(IResource resource) =>
        resource.TryGetLastAnnotation<ResourceSnapshotAnnotation>(out var annotation)
            ? annotation.InitialSnapshot
            : new CustomResourceSnapshot { ResourceType = TypeOf(resource), Properties = [] };

    private static string TypeOf(IResource resource) => resource switch
    {
        ProjectResource => "Project",
        ExecutableResource => "Executable",
        ContainerResource => "Container",
        ParameterResource => "Parameter",
        ConnectionStringResource => "ConnectionString",
        _ => resource.GetType().Name.EndsWith("Resource", StringComparison.Ordinal)
            ? resource.GetType().Name[..^"Resource".Length]
            : resource.GetType().Name,
    };
}
