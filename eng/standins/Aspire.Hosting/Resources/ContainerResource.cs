namespace Aspire.Hosting.ApplicationModel;

/// <summary>A container. It is described and published; a stand-in never runs one.</summary>
public class ContainerResource(string name, string? entrypoint = null) : Resource(name), IResourceWithEnvironment, IResourceWithArgs,
    IResourceWithEndpoints, IResourceWithWaitSupport, IResourceWithProbes, IComputeResource
{
    /// <summary>What the container runs instead of what its image says.</summary>
    public string? Entrypoint { get; set; } = entrypoint;
}

/// <summary>The image of a container.</summary>
public sealed class ContainerImageAnnotation : IResourceAnnotation
{
    /// <summary>The registry's host, such as docker.io.</summary>
    public string? Registry { get; set; }

    /// <summary>The image's name, such as library/postgres.</summary>
    public required string Image { get; set; }

    /// <summary>The tag; latest without one.</summary>
    public string? Tag { get; set; }

    internal string FullName => $"{(Registry is null ? "" : Registry + "/")}{Image}:{Tag ?? "latest"}";
}

/// <summary>A folder or volume that a container sees.</summary>
public sealed class ContainerMountAnnotation(string? source, string target, ContainerMountType type, bool isReadOnly) : IResourceAnnotation
{
    /// <summary>The folder's path, or the volume's name.</summary>
    public string? Source { get; } = source;

    /// <summary>The path in the container.</summary>
    public string Target { get; } = target;

    /// <summary>Folder or volume.</summary>
    public ContainerMountType Type { get; } = type;

    /// <summary>Whether the container may only read it.</summary>
    public bool IsReadOnly { get; } = isReadOnly;
}

/// <summary>What a container mounts.</summary>
public enum ContainerMountType
{
    /// <summary>A folder of the host.</summary>
    BindMount,

    /// <summary>A volume.</summary>
    Volume,
}
