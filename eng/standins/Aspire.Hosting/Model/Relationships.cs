namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says that a resource has to do with another, and how.</summary>
/// <param name="resource">The other resource.</param>
/// <param name="type">The kind, such as Parent or Reference.</param>
public sealed class ResourceRelationshipAnnotation(IResource resource, string type) : IResourceAnnotation
{
    internal const string Parent = "Parent";
    internal const string Reference = "Reference";

    /// <summary>The other resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>The kind, such as Parent or Reference.</summary>
    public string Type { get; } = type;
}

/// <summary>How many of a resource run side by side.</summary>
public class ReplicaAnnotation(int replicas = 1) : IResourceAnnotation
{
    /// <summary>The number, 1 or more.</summary>
    public int Replicas { get; set; } = replicas;
}

/// <summary>Keeps a resource from starting until somebody starts it by command.</summary>
public sealed class ExplicitStartupAnnotation : IResourceAnnotation;
