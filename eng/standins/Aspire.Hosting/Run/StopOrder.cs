using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Run;

/// <summary>Stops processes so that each outlives those that need it.</summary>
internal static class StopOrder
{
    /// <summary>Stops every process as soon as all that need it have stopped.</summary>
    public static Task StopAsync(IReadOnlyList<ResourceInstance> instances, Func<ResourceInstance, Task> stopAsync)
    {
        var stops = new Dictionary<IResource, Task>();
        foreach (var (resource, dependents) in DependentsFirst(instances.Select(i => i.Resource).Distinct()))
        {
            stops[resource] = StopAfterAsync([.. dependents.Where(stops.ContainsKey).Select(d => stops[d])], resource);
        }

        return Task.WhenAll(stops.Values);

        async Task StopAfterAsync(IReadOnlyList<Task> earlier, IResource resource)
        {
            await Task.WhenAll(earlier);
            await Task.WhenAll(instances.Where(i => i.Resource == resource).Select(stopAsync));
        }
    }

    // Of resources that need each other, if only by their addresses, any may be the first.
    private static IEnumerable<(IResource Resource, IReadOnlyList<IResource> Dependents)> DependentsFirst(IEnumerable<IResource> resources)
    {
        var needs = resources.ToDictionary(r => r, r => Dependencies.Of(r).ToHashSet());
        var open = needs.Keys.ToList();
        while (open.Count > 0)
        {
            var next = open.Find(r => !open.Exists(other => other != r && needs[other].Contains(r))) ?? open[0];
            open.Remove(next);
            yield return (next, [.. needs.Keys.Where(other => other != next && needs[other].Contains(next))]);
        }
    }
}
