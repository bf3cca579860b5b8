using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Run;

/// <summary>Turns what was said of a variable or an argument into text.</summary>
internal static class ResourceValue
{
    public static async ValueTask<string?> TextAsync(object? value, ValueProviderContext context, CancellationToken cancellationToken) => value switch
    {
        null => null,
        string text => text,
        IValueProvider provider => await provider.GetValueAsync(context, cancellationToken),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
