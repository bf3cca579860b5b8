namespace Aspire.StackExchange.Redis;

/// <summary>Settings of the Redis client, read from <c>Aspire:StackExchange:Redis</c> before the caller's own.</summary>
public sealed class StackExchangeRedisSettings
{
    /// <summary>The connection string; by default <c>ConnectionStrings:NAME</c>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Leaves out the health check that pings the server.</summary>
    public bool DisableHealthChecks { get; set; }
}
