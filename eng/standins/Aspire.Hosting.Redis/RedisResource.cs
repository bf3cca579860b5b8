namespace Aspire.Hosting.ApplicationModel;

/// <summary>Redis in a container.</summary>
public class RedisResource : ContainerResource, IResourceWithConnectionString
{
    internal const string EndpointName = "tcp";

    /// <summary>Redis without a password.</summary>
    public RedisResource(string name)
        : base(name) => PrimaryEndpoint = new EndpointReference(this, EndpointName);

    /// <summary>Redis with a password.</summary>
    public RedisResource(string name, ParameterResource password)
        : this(name) => PasswordParameter = password;

    /// <summary>Where it listens.</summary>
    public EndpointReference PrimaryEndpoint { get; }

    /// <summary>The host.</summary>
    public EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    /// <summary>The port.</summary>
    public EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    /// <summary>The password, if there is one.</summary>
    public ParameterResource? PasswordParameter { get; }

    /// <summary>host:port and password for StackExchange.Redis.</summary>
    public ReferenceExpression ConnectionStringExpression
    {
        get
        {
            var connection = new ReferenceExpressionBuilder();
            connection.Append($"{Host}:{Port}");
            if (PasswordParameter is not null)
            {
                connection.Append($",password={PasswordParameter}");
            }

            connection.Append($"{PrimaryEndpoint.GetTlsValue(ReferenceExpression.Create($",ssl=true"), ReferenceExpression.Empty)}");
            return connection.Build();
        }
    }

    /// <summary>Redis as a URI: redis://:password@host:port.</summary>
    public ReferenceExpression UriExpression
    {
        get
        {
            var uri = new ReferenceExpressionBuilder();
            uri.Append($"{PrimaryEndpoint.Property(EndpointProperty.Scheme)}://");
            if (PasswordParameter is not null)
            {
                uri.Append($":{PasswordParameter:uri}@");
            }

            uri.Append($"{Host}:{Port}");
            return uri.Build();
        }
    }

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties()
    {
        yield return new("Host", ReferenceExpression.Create($"{Host}"));
        yield return new("Port", ReferenceExpression.Create($"{Port}"));
        if (PasswordParameter is not null)
        {
            yield return new("Password", ReferenceExpression.Create($"{PasswordParameter}"));
        }

        yield return new("Uri", UriExpression);
    }
}
