using System.Text;

namespace Aspire.Hosting.ApplicationModel;

public partial class ReferenceExpression
{
    private ReferenceExpression(IValueProvider condition, string matchValue, ReferenceExpression whenTrue, ReferenceExpression whenFalse)
        : this(string.Empty, [], [])
    {
        Condition = condition;
        MatchValue = matchValue;
        WhenTrue = whenTrue;
        WhenFalse = whenFalse;
        ConditionalName = NameOf(condition, matchValue, whenTrue, whenFalse);
    }

    /// <summary>What decides between the two branches, if there are two.</summary>
    public IValueProvider? Condition { get; }

    /// <summary>Whether there are two branches.</summary>
    public bool IsConditional => Condition is not null;

    /// <summary>The value of the condition that chooses <see cref="WhenTrue" />, without regard to case.</summary>
    public string? MatchValue { get; }

    /// <summary>The branch for a match.</summary>
    public ReferenceExpression? WhenTrue { get; }

    /// <summary>The branch for anything else.</summary>
    public ReferenceExpression? WhenFalse { get; }

    /// <summary>The name under which a manifest states the outcome.</summary>
    internal string? ConditionalName { get; }

    /// <summary>An expression that is one of two others, decided when its value is asked.</summary>
    public static ReferenceExpression CreateConditional(
        IValueProvider condition,
        string matchValue,
        ReferenceExpression whenTrue,
        ReferenceExpression whenFalse) => new(condition, matchValue, whenTrue, whenFalse);

    private async ValueTask<string?> ChooseAsync(ValueProviderContext context, CancellationToken cancellationToken)
    {
        var value = await Condition!.GetValueAsync(context, cancellationToken);
        var branch = string.Equals(value, MatchValue, StringComparison.OrdinalIgnoreCase) ? WhenTrue! : WhenFalse!;
        return await branch.GetValueAsync(context, cancellationToken);
    }

    // The name says what decides, and a hash of everything that matters keeps two decisions apart.
    private static string NameOf(IValueProvider condition, string matchValue, ReferenceExpression whenTrue, ReferenceExpression whenFalse)
    {
        var asked = (condition as IManifestExpressionProvider)?.ValueExpression;
        var words = string.Concat((asked ?? string.Empty).Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' '))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var everything = (asked ?? condition.GetType().Name) + whenTrue.ValueExpression + whenFalse.ValueExpression + matchValue;
        var hash = XxHash32.Hash(Encoding.UTF8.GetBytes(everything));
        return $"cond-{(words.Length == 0 ? "expr" : string.Join('-', words))}-{hash:x8}";
    }
}
