namespace Aspire.Hosting.ApplicationModel;

/// <summary>The rule for names of resources and endpoints, and how they are compared.</summary>
internal static class ResourceNames
{
    public static StringComparer Comparer => StringComparer.OrdinalIgnoreCase;

    public static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    public static void Validate(string name, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name, parameter);
        var good = name.Length <= 64 && char.IsAsciiLetter(name[0]) && name[^1] != '-' && !name.Contains("--", StringComparison.Ordinal)
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
        if (!good)
        {
            throw new ArgumentException(
                $"'{name}' is no valid name: it takes 1 to 64 letters, digits and single hyphens, starts with a letter and does not end with a hyphen.",
                parameter);
        }
    }
}

/// <summary>Marks a parameter that takes the name of a resource.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ResourceNameAttribute : Attribute;

/// <summary>Marks a parameter that takes the name of an endpoint.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class EndpointNameAttribute : Attribute;
