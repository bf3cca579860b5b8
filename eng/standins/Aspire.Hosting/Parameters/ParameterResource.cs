namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value from outside: configuration, a generated secret, a constant.</summary>
public class ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false)
    : Resource(name), IManifestExpressionProvider, IValueProvider, IResourceWithoutLifetime
{
    private readonly Lock _once = new();
    private string? _value;

    /// <summary>Whether the value must not be shown.</summary>
    public bool Secret { get; } = secret;

    /// <summary>Whether the value is a connection string.</summary>
    public bool IsConnectionString { get; set; }

    /// <summary>The value for when nothing else gives one.</summary>
    public ParameterDefault? Default { get; set; }

    /// <summary>What the parameter is for.</summary>
    public string? Description { get; set; }

    /// <inheritdoc />
    public string ValueExpression => $"{{{Name}.value}}";

    /// <summary>The value; it is asked for once.</summary>
    /// <exception cref="MissingParameterValueException">Nothing gives one.</exception>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_once)
        {
            return ValueTask.FromResult<string?>(_value ??= callback(Default));
        }
    }

    /// <inheritdoc cref="GetValueAsync(CancellationToken)" />
    public ValueTask<string?> GetValueAsync(ValueProviderContext _, CancellationToken cancellationToken) => GetValueAsync(cancellationToken);
}
