namespace Aspire.Hosting.ApplicationModel;

/// <summary>How the value of a hole is written.</summary>
internal static class StringFormat
{
    /// <exception cref="NotSupportedException">The format is not <c>uri</c>.</exception>
    public static string Apply(string value, string format) =>
        format.Equals("uri", StringComparison.OrdinalIgnoreCase)
            ? Uri.EscapeDataString(value)
            : throw new NotSupportedException($"The format '{format}' is not known; 'uri' is.");
}
