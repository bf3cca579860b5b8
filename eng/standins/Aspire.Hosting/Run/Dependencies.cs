using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Run;

/// <summary>Finds the resources with a process that a resource needs, also through connection strings and what lives in others.</summary>
internal static class Dependencies
{
    public static IEnumerable<IResource> Of(IResource resource)
    {
        var seen = new HashSet<IResource> { resource };
        var open = new Queue<IResource>(Directly(resource));
        while (open.TryDequeue(out var next))
        {
            if (!seen.Add(next))
            {
                continue;
            }

            if (ProcessRunner.Runs(next))
            {
                yield return next;
                continue;
            }

            foreach (var further in Directly(next))
            {
                open.Enqueue(further);
            }
        }
    }

    private static IEnumerable<IResource> Directly(IResource resource)
    {
        var waits = resource.Annotations.OfType<WaitAnnotation>().Select(w => w.Resource);
        var references = resource.Annotations.OfType<ResourceRelationshipAnnotation>()
            .Where(r => r.Type == ResourceRelationshipAnnotation.Reference).Select(r => r.Resource);
        var parents = resource is IResourceWithParent child ? [child.Parent] : Enumerable.Empty<IResource>();
        var connection = resource is IResourceWithConnectionString connectable ? References.Directly(connectable.ConnectionStringExpression) : [];
        return [.. waits, .. references, .. parents, .. connection];
    }
}
