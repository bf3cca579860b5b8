namespace Aspire.Hosting.ApplicationModel;

/// <summary>A database of a PostgreSQL server.</summary>
public class PostgresDatabaseResource(string name, string databaseName, PostgresServerResource postgresParentResource)
    : Resource(name), IResourceWithParent<PostgresServerResource>, IResourceWithConnectionString
{
    /// <summary>The database's name.</summary>
    public string DatabaseName { get; } = databaseName;

    /// <summary>The server.</summary>
    public PostgresServerResource Parent { get; } = postgresParentResource;

    /// <summary>The server's connection string with the database.</summary>
    public ReferenceExpression ConnectionStringExpression
    {
        get
        {
            var connection = new ReferenceExpressionBuilder();
            connection.Append($"{(IResourceWithConnectionString)Parent};Database={DatabaseName}");
            return connection.Build();
        }
    }

    /// <summary>The database as a URI: postgresql://user:password@host:port/database.</summary>
    public ReferenceExpression UriExpression
    {
        get
        {
            var uri = new ReferenceExpressionBuilder();
            Parent.AppendUri(uri);
            uri.AppendLiteral($"/{Uri.EscapeDataString(DatabaseName)}");
            return uri.Build();
        }
    }

    /// <summary>The database as a JDBC address, without user and password.</summary>
    public ReferenceExpression JdbcConnectionString =>
        ReferenceExpression.Create($"jdbc:postgresql://{Parent.Host}:{Parent.Port}/{Uri.EscapeDataString(DatabaseName)}");

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
    [
        .. ((IResourceWithConnectionString)Parent).GetConnectionProperties().Where(p => p.Key is not ("Uri" or "JdbcConnectionString")),
        new("Uri", UriExpression),
        new("JdbcConnectionString", JdbcConnectionString),
        new("DatabaseName", ReferenceExpression.Create($"{DatabaseName}")),
    ];
}
