using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The resources of an application, in the order they were added.</summary>
public interface IResourceCollection : IList<IResource>
{
    /// <summary>Finds a resource by name, without regard to case.</summary>
    bool TryGetByName(string name, [NotNullWhen(true)] out IResource? resource)
    {
        resource = this.FirstOrDefault(r => ResourceNames.Same(r.Name, name));
        return resource is not null;
    }
}

internal sealed class ResourceCollection : Collection<IResource>, IResourceCollection;

/// <summary>The application as it was described.</summary>
public class DistributedApplicationModel(IResourceCollection resources)
{
    /// <summary>Its resources.</summary>
    public IResourceCollection Resources { get; } = resources;
}
