using System.Runtime.CompilerServices;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Makes a <see cref="ReferenceExpression" /> piece by piece.</summary>
public class ReferenceExpressionBuilder
{
    private readonly ExpressionParts _parts = new();

    /// <summary>Whether nothing was added yet.</summary>
    public bool IsEmpty => _parts.IsEmpty;

    /// <summary>Adds an interpolated string.</summary>
    public void Append([InterpolatedStringHandlerArgument("")] in ReferenceExpressionBuilderInterpolatedStringHandler handler)
    {
        // The handler has added its parts to this builder while the string was interpolated.
    }

    /// <summary>Adds text.</summary>
    public void AppendLiteral(string value) => _parts.Text(value);

    /// <summary>Adds text.</summary>
    public void AppendFormatted(string? value) => _parts.Text(value);

    /// <summary>Adds a value that is known later.</summary>
    public void AppendFormatted<T>(T valueProvider)
        where T : IValueProvider, IManifestExpressionProvider => _parts.Hole(valueProvider, null);

    /// <summary>Adds a value that is known later, written in a format.</summary>
    public void AppendFormatted<T>(T valueProvider, string? format)
        where T : IValueProvider, IManifestExpressionProvider => _parts.Hole(valueProvider, format);

    /// <summary>The expression.</summary>
    public ReferenceExpression Build() => _parts.ToExpression();

    /// <summary>Adds an interpolated string to a builder.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct ReferenceExpressionBuilderInterpolatedStringHandler
    {
        private readonly ReferenceExpressionBuilder _builder;

        /// <summary>A handler for a string of some length with some holes.</summary>
        public ReferenceExpressionBuilderInterpolatedStringHandler(int literalLength, int formattedCount, ReferenceExpressionBuilder builder) =>
            _builder = builder;

        /// <summary>Text.</summary>
        public void AppendLiteral(string value) => _builder.AppendLiteral(value);

        /// <summary>Text that is known now.</summary>
        public void AppendFormatted(string? value) => _builder.AppendFormatted(value);

        /// <summary>A value that is known later.</summary>
        public void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider => _builder.AppendFormatted(valueProvider);

        /// <summary>A value that is known later, written in a format.</summary>
        public void AppendFormatted<T>(T valueProvider, string? format)
            where T : IValueProvider, IManifestExpressionProvider => _builder.AppendFormatted(valueProvider, format);

        /// <summary>A resource's value, which is known later.</summary>
        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider => _builder.AppendFormatted(valueProvider.Resource);

        /// <summary>A resource's value, which is known later, written in a format.</summary>
        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider, string? format)
            where T : IResource, IValueProvider, IManifestExpressionProvider => _builder.AppendFormatted(valueProvider.Resource, format);
    }
}
