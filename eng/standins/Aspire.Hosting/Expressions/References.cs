namespace Aspire.Hosting.ApplicationModel;

/// <summary>Finds the resources that a value is made from.</summary>
internal static class References
{
    /// <summary>The resources that stand in the value itself, not those that they in turn are made from.</summary>
    public static IEnumerable<IResource> Directly(object? value) => value switch
    {
        IResource resource => [resource],
        IValueWithReferences references => references.References.SelectMany(Directly),
        _ => [],
    };
}
