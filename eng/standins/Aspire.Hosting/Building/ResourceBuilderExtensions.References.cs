using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>
    /// Tells a resource how to connect to another: <c>ConnectionStrings__name</c>, and the pieces as <c>NAME_HOST</c> and so on.
    /// </summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithConnectionString> source,
        string? connectionName = null,
        bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        var resource = source.Resource;
        var name = connectionName ?? resource.Name;
        return builder.WithReferencesOf(resource).WithEnvironment(context =>
        {
            var variable = resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{name}";
            context.EnvironmentVariables[variable] = new ConnectionStringReference(resource, optional);
            var prefix = name.Length == 0 ? string.Empty : $"{VariableName(name)}_";
            foreach (var (property, value) in resource.GetConnectionProperties())
            {
                context.EnvironmentVariables[prefix + property.ToUpperInvariant()] = value;
            }
        });
    }

    /// <summary>
    /// Tells a resource where the endpoints of another are: <c>services__name__http__0</c>, and <c>NAME_HTTP</c>.
    /// </summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        var resource = source.Resource;
        return builder.WithReferencesOf(resource).WithEnvironment(context =>
        {
            foreach (var endpoint in resource.GetEndpoints())
            {
                AddService(context, endpoint);
            }
        });
    }

    /// <summary>Tells a resource where one endpoint of another is, as a reference to the whole resource does for all of them.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment =>
        builder.WithReferencesOf(endpointReference).WithEnvironment(context => AddService(context, endpointReference));

    private static void AddService(EnvironmentCallbackContext context, EndpointReference endpoint)
    {
        var service = endpoint.Resource.Name;
        context.EnvironmentVariables[$"{VariableName(service)}_{VariableName(endpoint.EndpointName)}"] = endpoint;
        var index = 0;
        while (context.EnvironmentVariables.TryGetValue(Key(), out var taken) && !Equals(taken, endpoint))
        {
            index++;
        }

        context.EnvironmentVariables[Key()] = endpoint;

        string Key() => $"services__{service}__{endpoint.Scheme}__{index}";
    }

    private static string VariableName(string name) =>
        string.Concat(name.ToUpperInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
