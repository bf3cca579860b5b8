namespace Aspire.Hosting.ApplicationModel;

/// <summary>A part of the distributed application: a process, a container, a parameter, a connection string.</summary>
public interface IResource
{
    /// <summary>The name, unique in the application.</summary>
    string Name { get; }

    /// <summary>What is known about the resource, in the order it was said.</summary>
    ResourceAnnotationCollection Annotations { get; }
}

/// <summary>One fact about a resource.</summary>
public interface IResourceAnnotation;

/// <summary>A resource whose process gets environment variables.</summary>
public interface IResourceWithEnvironment : IResource;

/// <summary>A resource whose process gets command line arguments.</summary>
public interface IResourceWithArgs : IResource;

/// <summary>A resource that listens on endpoints.</summary>
public interface IResourceWithEndpoints : IResource;

/// <summary>A resource that can wait for others before it starts.</summary>
public interface IResourceWithWaitSupport : IResource;

/// <summary>A resource that never starts or stops, such as a parameter; nothing can wait for it.</summary>
public interface IResourceWithoutLifetime : IResource;

/// <summary>A resource that is probed by what it is deployed to.</summary>
public interface IResourceWithProbes : IResource;

/// <summary>A resource that lives inside another one, such as a database in its server.</summary>
public interface IResourceWithParent : IResource
{
    /// <summary>What the resource lives in.</summary>
    IResource Parent { get; }
}

/// <inheritdoc cref="IResourceWithParent" />
public interface IResourceWithParent<out T> : IResourceWithParent
    where T : IResource
{
    /// <summary>What the resource lives in.</summary>
    new T Parent { get; }

    IResource IResourceWithParent.Parent => Parent;
}
