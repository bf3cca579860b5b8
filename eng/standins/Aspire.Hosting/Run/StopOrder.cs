namespace Aspire.Hosting.Run;

/// <summary>The order in which processes are stopped: first those that no other needs.</summary>
internal static class StopOrder
{
    /// <summary>Groups that are stopped one after the other.</summary>
    public static IEnumerable<IReadOnlyList<ResourceInstance>> Of(IReadOnlyList<ResourceInstance> instances)
    {
        var needs = instances.Select(i => i.Resource).Distinct().ToDictionary(r => r, r => Dependencies.Of(r).ToHashSet());
        while (needs.Count > 0)
        {
            // Resources that need each other, if only by their addresses, are stopped together.
            var free = needs.Keys.Where(r => !needs.Any(n => n.Key != r && n.Value.Contains(r))).ToArray();
            var next = free.Length > 0 ? free : [.. needs.Keys];
            yield return [.. instances.Where(i => next.Contains(i.Resource))];
            foreach (var resource in next)
            {
                needs.Remove(resource);
            }
        }
    }
}
