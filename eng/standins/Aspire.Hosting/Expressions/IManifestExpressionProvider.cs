namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that a manifest names by an expression in braces.</summary>
public interface IManifestExpressionProvider
{
    /// <summary>The expression, such as <c>{name.value}</c>.</summary>
    string ValueExpression { get; }
}

/// <summary>A value made from others.</summary>
public interface IValueWithReferences
{
    /// <summary>The others.</summary>
    IEnumerable<object> References { get; }
}
