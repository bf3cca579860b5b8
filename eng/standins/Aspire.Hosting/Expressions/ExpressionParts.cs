using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Gathers the text and the holes of a <see cref="ReferenceExpression" />.</summary>
internal sealed class ExpressionParts(int length = 0, int holes = 0)
{
    private readonly StringBuilder _format = new(length + (3 * holes));
    private readonly List<IValueProvider> _providers = new(holes);
    private readonly List<string?> _formats = new(holes);

    public bool IsEmpty => _format.Length == 0;

    public void Text(string? value) => _format.Append(value?.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));

    public void Text(string? value, string? format) => Text(value is null || format is null ? value : StringFormat.Apply(value, format));

    public void Hole(IValueProvider provider, string? format)
    {
        _format.Append('{').Append(_providers.Count).Append('}');
        _providers.Add(provider);
        _formats.Add(format);
    }

    public ReferenceExpression ToExpression() => new(_format.ToString(), [.. _providers], [.. _formats]);
}
