using Npgsql;

namespace ProductionReady.Data.Placement;

/// <summary>This process's connections to one database: home, which all tenants share unless they were moved, or a tenant's own.</summary>
public sealed class TenantPool : IAsyncDisposable
{
    /// <summary>Connections of each pool of an own database, unless the connection string says otherwise: it serves one tenant.</summary>
    public const int OwnSize = 8;

    private const int OwnIdleSeconds = 60;

    private readonly Lazy<NpgsqlDataSource> _statements;

    private TenantPool(string? database, NpgsqlConnectionStringBuilder connection, NpgsqlDataSource sessions)
    {
        (Database, ConnectionString, Sessions) = (database, connection.ConnectionString, sessions);
        var statements = new NpgsqlConnectionStringBuilder(connection.ConnectionString) { NoResetOnClose = true }.ConnectionString;
        _statements = new(() => NpgsqlDataSource.Create(statements));
    }

    /// <summary>Name of the own database; null for home.</summary>
    public string? Database { get; }

    /// <summary>For connections beside the pools.</summary>
    public string ConnectionString { get; }

    /// <summary>Connections that are reset before they are used again, for whatever sets something in the session.</summary>
    public NpgsqlDataSource Sessions { get; }

    /// <summary>Connections that are not reset, for statements that leave nothing behind in the session.</summary>
    public NpgsqlDataSource Statements => _statements.Value;

    /// <summary>Home, over the pool of the host, who disposes of it.</summary>
    internal static TenantPool Home(string connectionString, NpgsqlDataSource sessions) =>
        new(null, ConnectionPool.Bounded(connectionString), sessions);

    /// <summary>An own database: the same server, role and password as home.</summary>
    internal static TenantPool Own(string connectionString, string database)
    {
        var own = new NpgsqlConnectionStringBuilder(connectionString) { Database = database };
        if (!own.ShouldSerialize("Maximum Pool Size"))
        {
            own.MaxPoolSize = OwnSize;
        }

        if (!own.ShouldSerialize("Connection Idle Lifetime"))
        {
            own.ConnectionIdleLifetime = OwnIdleSeconds;
        }

        return new(database, own, NpgsqlDataSource.Create(own));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_statements.IsValueCreated)
        {
            await Statements.DisposeAsync().ConfigureAwait(false);
        }

        if (Database is not null)
        {
            await Sessions.DisposeAsync().ConfigureAwait(false);
        }
    }
}
