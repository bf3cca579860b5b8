using System.Runtime.CompilerServices;

namespace Aspire.Hosting.ApplicationModel;

public partial class ReferenceExpression
{
    /// <summary>Turns an interpolated string into a <see cref="ReferenceExpression" />.</summary>
    [InterpolatedStringHandler]
    public ref struct ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        internal ExpressionParts Parts { get; } = new(literalLength, formattedCount);

        /// <summary>Text.</summary>
        public readonly void AppendLiteral(string value) => Parts.Text(value);

        /// <summary>Text that is known now.</summary>
        public readonly void AppendFormatted(string? value) => Parts.Text(value);

        /// <summary>Text that is known now, written in a format.</summary>
        public readonly void AppendFormatted(string? value, string? format = null) => Parts.Text(value, format);

        /// <summary>A value that is known later.</summary>
        public void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider => Parts.Hole(valueProvider, null);

        /// <summary>A value that is known later, written in a format.</summary>
        public void AppendFormatted<T>(T valueProvider, string? format = null)
            where T : IValueProvider, IManifestExpressionProvider => Parts.Hole(valueProvider, format);

        /// <summary>A resource's value, which is known later.</summary>
        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider => Parts.Hole(valueProvider.Resource, null);

        /// <summary>A resource's value, which is known later, written in a format.</summary>
        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider, string? format = null)
            where T : IResource, IValueProvider, IManifestExpressionProvider => Parts.Hole(valueProvider.Resource, format);
    }
}
