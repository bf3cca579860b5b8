using Npgsql;

namespace ProductionReady.Data;

/// <summary>How many connections to PostgreSQL one pool of a service may hold.</summary>
public static class ConnectionPool
{
    /// <summary>
    /// Unless the connection string says otherwise. The Api has two pools, and a server takes 100 connections by default: with
    /// Npgsql's own limit of 100 a pool, a burst would be refused by PostgreSQL instead of waiting for a free connection.
    /// </summary>
    public const int DefaultSize = 32;

    /// <summary>The connection string with a bounded pool.</summary>
    public static NpgsqlConnectionStringBuilder Bounded(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        if (!builder.ShouldSerialize("Maximum Pool Size"))
        {
            builder.MaxPoolSize = DefaultSize;
        }

        return builder;
    }
}
