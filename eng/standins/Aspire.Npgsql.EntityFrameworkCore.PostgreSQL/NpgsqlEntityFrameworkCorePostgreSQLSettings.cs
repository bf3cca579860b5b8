namespace Aspire.Npgsql.EntityFrameworkCore.PostgreSQL;

/// <summary>
/// Settings of an enriched context, read from <c>Aspire:Npgsql:EntityFrameworkCore:PostgreSQL</c> and
/// <c>…:CONTEXT</c> before the caller's own.
/// </summary>
public sealed class NpgsqlEntityFrameworkCorePostgreSQLSettings
{
    /// <summary>Leaves out the health check that asks whether the database can be connected to.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Leaves out the strategy that repeats what failed for a passing reason.</summary>
    public bool DisableRetry { get; set; }

    /// <summary>Leaves out Npgsql's activity source.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Leaves out Npgsql's meter.</summary>
    public bool DisableMetrics { get; set; }
}
