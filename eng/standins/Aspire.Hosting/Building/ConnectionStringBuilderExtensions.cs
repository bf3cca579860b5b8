using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds connection strings that are made from other resources.</summary>
public static class ConnectionStringBuilderExtensions
{
    /// <summary>Adds a connection string. It is there when the resources that it names run.</summary>
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        ReferenceExpression connectionStringExpression)
    {
        var added = builder.AddResource(new ConnectionStringResource(name, connectionStringExpression)).WithInitialState(new CustomResourceSnapshot
        {
            ResourceType = "ConnectionString",
            State = KnownResourceStates.NotStarted,
            Properties = [],
        });
        foreach (var resource in References.Directly(connectionStringExpression).Distinct())
        {
            added.WithAnnotation(new ResourceRelationshipAnnotation(resource, ResourceRelationshipAnnotation.Reference));
            added.WaitForStart(builder.CreateResourceBuilder(resource));
        }

        return added;
    }

    /// <summary>Adds a connection string that is made piece by piece.</summary>
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        Action<ReferenceExpressionBuilder> connectionStringBuilder)
    {
        var expression = new ReferenceExpressionBuilder();
        connectionStringBuilder(expression);
        return builder.AddConnectionString(name, expression.Build());
    }
}
