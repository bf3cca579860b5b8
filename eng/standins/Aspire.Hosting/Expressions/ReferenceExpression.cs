using System.Globalization;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A text with holes that are filled when the application runs, or with expressions in a manifest.</summary>
public partial class ReferenceExpression : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    /// <summary>The expression without text.</summary>
    public static readonly ReferenceExpression Empty = new(string.Empty, [], []);

    private readonly IReadOnlyList<string?> _stringFormats;

    internal ReferenceExpression(string format, IReadOnlyList<IValueProvider> valueProviders, IReadOnlyList<string?> stringFormats)
    {
        Format = format;
        ValueProviders = valueProviders;
        _stringFormats = stringFormats;
        ManifestExpressions = valueProviders.Select(p => ((IManifestExpressionProvider)p).ValueExpression).ToArray();
    }

    /// <summary>The text as a composite format: the holes are numbered, braces are doubled.</summary>
    public string Format { get; }

    /// <summary>What fills the holes.</summary>
    public IReadOnlyList<IValueProvider> ValueProviders { get; }

    /// <summary>What stands for the holes in a manifest.</summary>
    public IReadOnlyList<string> ManifestExpressions { get; }

    /// <summary>How the values of the holes are written: null as they are, <c>uri</c> escaped.</summary>
    public IReadOnlyList<string?> StringFormats => _stringFormats;

    /// <inheritdoc />
    public string ValueExpression => IsConditional
        ? $"{{{ConditionalName}.connectionString}}"
        : string.Format(CultureInfo.InvariantCulture, Format, [.. ManifestExpressions]);

    IEnumerable<object> IValueWithReferences.References => IsConditional
        ? [Condition!, WhenTrue!, WhenFalse!]
        : ValueProviders;

    /// <summary>An expression from an interpolated string whose holes are resources, endpoints, parameters or expressions.</summary>
    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.Parts.ToExpression();

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => GetValueAsync(new ValueProviderContext(), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken)
    {
        if (IsConditional)
        {
            return await ChooseAsync(context, cancellationToken);
        }

        if (Format.Length == 0)
        {
            return null;
        }

        var values = new object?[ValueProviders.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var value = await ValueProviders[i].GetValueAsync(context, cancellationToken);
            values[i] = value is not null && _stringFormats[i] is { } format ? StringFormat.Apply(value, format) : value;
        }

        return string.Format(CultureInfo.InvariantCulture, Format, values);
    }
}
