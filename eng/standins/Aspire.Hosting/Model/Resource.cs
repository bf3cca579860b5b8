namespace Aspire.Hosting.ApplicationModel;

/// <summary>The base of all resources.</summary>
public abstract class Resource : IResource
{
    /// <summary>A resource of this name.</summary>
    /// <exception cref="ArgumentException">The name is not 1 to 64 letters, digits and single hyphens that start with a letter.</exception>
    protected Resource(string name)
    {
        ResourceNames.Validate(name, nameof(name));
        Name = name;
    }

    /// <inheritdoc />
    public virtual string Name { get; }

    /// <inheritdoc />
    public virtual ResourceAnnotationCollection Annotations { get; } = [];
}
