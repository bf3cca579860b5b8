namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that has a value once the application runs.</summary>
public interface IValueProvider
{
    /// <summary>The value; waits until it is known.</summary>
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc cref="GetValueAsync(CancellationToken)" />
    ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) => GetValueAsync(cancellationToken);
}

/// <summary>For whom a value is asked.</summary>
public class ValueProviderContext
{
    /// <summary>How the application runs.</summary>
    public DistributedApplicationExecutionContext? ExecutionContext { get; init; }

    /// <summary>Who asks.</summary>
    public IResource? Caller { get; init; }

    /// <summary>The ports that the asking process itself is to listen on.</summary>
    internal IReadOnlyDictionary<EndpointAnnotation, int>? OwnPorts { get; init; }
}
