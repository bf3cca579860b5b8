namespace Aspire.Hosting;

/// <summary>How an application is built.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>The command line.</summary>
    public string[]? Args { get; set; }

    /// <summary>The name of the AppHost's assembly; the entry assembly's without one.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>Whether to do without the dashboard. A stand-in has none.</summary>
    public bool DisableDashboard { get; set; }

    /// <summary>Whether what resources write also goes to the application's own log.</summary>
    public bool EnableResourceLogging { get; set; }

    /// <summary>Whether HTTP without TLS is good enough.</summary>
    public bool AllowUnsecuredTransport { get; set; }
}
