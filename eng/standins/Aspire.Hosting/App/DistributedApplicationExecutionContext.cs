namespace Aspire.Hosting;

/// <summary>How the application runs.</summary>
public class DistributedApplicationExecutionContext
{
    private IServiceProvider? _services;

    /// <summary>A context for an operation.</summary>
    public DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
        : this(operation, "manifest")
    {
    }

    /// <summary>A context for an operation with a publisher.</summary>
    public DistributedApplicationExecutionContext(DistributedApplicationOperation operation, string publisherName)
    {
        Operation = operation;
        PublisherName = publisherName;
    }

    /// <summary>Run or publish.</summary>
    public DistributedApplicationOperation Operation { get; }

    /// <summary>What publishes.</summary>
    public string PublisherName { get; set; }

    /// <summary>Whether the application is published.</summary>
    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;

    /// <summary>Whether the application runs.</summary>
    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;

    /// <summary>The services of the application, once it is built.</summary>
    public IServiceProvider ServiceProvider
    {
        get => _services ?? throw new InvalidOperationException("The application is not built yet.");
        internal set => _services = value;
    }
}

/// <summary>What is done with the application.</summary>
public enum DistributedApplicationOperation
{
    /// <summary>It runs here.</summary>
    Run,

    /// <summary>It is described for running elsewhere.</summary>
    Publish,
}
