using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What can be seen of a resource at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    /// <summary>The kind of resource, such as Project.</summary>
    public required string ResourceType { get; init; }

    /// <summary>Further facts.</summary>
    public required ImmutableArray<ResourcePropertySnapshot> Properties { get; init; }

    /// <summary>The state; null before there is any.</summary>
    public ResourceStateSnapshot? State { get; init; }

    /// <summary>When its process was last started.</summary>
    public DateTime? StartTimeStamp { get; init; }

    /// <summary>When its process last ended.</summary>
    public DateTime? StopTimeStamp { get; init; }

    /// <summary>How its process ended: 128 and more is a signal.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Where it can be reached.</summary>
    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];

    /// <summary>The outcome of each of its health checks; not yet run, a check has no status.</summary>
    public ImmutableArray<HealthReportSnapshot> HealthReports { get; internal init; } = [];

    /// <summary>The worst of its health checks while it runs; healthy when it has none.</summary>
    public HealthStatus? HealthStatus => State?.Text != KnownResourceStates.Running
        ? null
        : HealthReports.IsEmpty ? Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy : HealthReports.Min(r => r.Status ?? default);

    /// <summary>What the subscribers of <see cref="ResourceReadyEvent" /> do; null before the resource is ready.</summary>
    internal Task? Ready { get; init; }
}

/// <summary>A state and how it is shown.</summary>
public sealed record ResourceStateSnapshot(string Text, string? Style)
{
    /// <summary>A state that is shown without style.</summary>
    public static implicit operator ResourceStateSnapshot?(string? s) => s is null ? null : new(s, null);
}

/// <summary>A fact about a resource.</summary>
public sealed record ResourcePropertySnapshot(string Name, object? Value)
{
    /// <summary>Whether it must not be shown.</summary>
    public bool IsSensitive { get; init; }
}

/// <summary>Where a resource can be reached.</summary>
public sealed record UrlSnapshot(string? Name, string Url, bool IsInternal);

/// <summary>The outcome of a health check.</summary>
public sealed record HealthReportSnapshot(string Name, HealthStatus? Status, string? Description, string? ExceptionText)
{
    /// <summary>When it was last run, in UTC.</summary>
    public DateTime? LastRunAt { get; init; }
}

/// <summary>The names of facts that resources of several kinds have.</summary>
public static class CustomResourceKnownProperties
{
    /// <summary>Where the resource comes from.</summary>
    public static string Source => "resource.source";

    /// <summary>How to connect to it.</summary>
    public static string ConnectionString => "resource.connectionString";
}

/// <summary>What is to be seen of a resource before it starts.</summary>
public sealed class ResourceSnapshotAnnotation(CustomResourceSnapshot initialSnapshot) : IResourceAnnotation
{
    /// <summary>The first snapshot.</summary>
    public CustomResourceSnapshot InitialSnapshot { get; } = initialSnapshot;
}
