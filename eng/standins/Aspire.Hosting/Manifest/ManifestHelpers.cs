using System.Globalization;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>What a manifest holds besides its resources: encoded parameters and decided conditions, which others name.</summary>
internal sealed class ManifestHelpers
{
    private readonly HashSet<string> _names = new(ResourceNames.Comparer);
    private readonly Dictionary<(ParameterResource Parameter, string Format), string> _encoded = [];
    private readonly Dictionary<string, ReferenceExpression> _conditionals = [];
    private readonly List<IResource> _referenced = [];
    private int _nextPort = 8000;

    /// <summary>Resources that some value names, in the order they were first named.</summary>
    public IReadOnlyList<IResource> Referenced => _referenced;

    public void Reserve(IEnumerable<string> names) => _names.UnionWith(names);

    public int NextPort() => _nextPort++;

    public void AddReferencesOf(object? value)
    {
        if (value is IResource resource && !_referenced.Contains(resource))
        {
            _referenced.Add(resource);
            _names.Add(resource.Name);
        }
        else if (value is ReferenceExpression expression)
        {
            Register(expression);
        }

        if (value is not IResource && value is IValueWithReferences references)
        {
            foreach (var reference in references.References)
            {
                AddReferencesOf(reference);
            }
        }
    }

    /// <summary>An expression as the manifest gives it: a value in a format is the name of an encoded parameter.</summary>
    public string Write(ReferenceExpression expression) => expression.IsConditional
        ? expression.ValueExpression
        : string.Format(CultureInfo.InvariantCulture, expression.Format, [.. expression.ValueProviders.Select((p, i) => Hole(expression, p, i))]);

    public async Task WriteAsync(Utf8JsonWriter writer, CancellationToken cancellationToken)
    {
        foreach (var ((parameter, format), name) in _encoded)
        {
            writer.WriteStartObject(name);
            writer.WriteString("type", "annotated.string");
            writer.WriteString("value", parameter.ValueExpression);
            writer.WriteString("filter", format);
            writer.WriteEndObject();
        }

        foreach (var (name, conditional) in _conditionals)
        {
            writer.WriteStartObject(name);
            writer.WriteString("type", "value.v0");
            writer.WriteString("connectionString", await conditional.GetValueAsync(cancellationToken) ?? string.Empty);
            writer.WriteEndObject();
        }
    }

    private string Hole(ReferenceExpression expression, IValueProvider provider, int index) =>
        expression.StringFormats[index] is { Length: > 0 } format && ParameterIn(provider) is { } parameter
            ? $"{{{Encoded(parameter, format)}.value}}"
            : expression.ManifestExpressions[index];

    private void Register(ReferenceExpression expression)
    {
        if (expression.ConditionalName is { } name)
        {
            _conditionals.TryAdd(name, expression);
            _names.Add(name);
            return;
        }

        // Naming the encoded parameters now keeps them in the order in which resources first use them.
        Write(expression);
    }

    private string Encoded(ParameterResource parameter, string format)
    {
        if (_encoded.TryGetValue((parameter, format), out var name))
        {
            return name;
        }

        var wanted = $"{parameter.Name}-{format.ToLowerInvariant()}-encoded";
        name = wanted;
        for (var i = 1; !_names.Add(name); i++)
        {
            name = $"{wanted}-{i}";
        }

        return _encoded[(parameter, format)] = name;
    }

    private static ParameterResource? ParameterIn(IValueProvider provider) => provider switch
    {
        ParameterResource parameter => parameter,
        ReferenceExpression { Format: "{0}", ValueProviders: [ParameterResource parameter] } => parameter,
        _ => null,
    };
}
