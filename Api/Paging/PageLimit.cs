using System.Globalization;

namespace ProductionReady.Api.Paging;

/// <summary>The parameter <c>limit</c> of lists: rows in a page, 1 to 500, 50 when not given.</summary>
public static class PageLimit
{
    public const int Default = 50;
    public const int Max = 500;

    /// <summary>Reads the parameter; false when it is not a whole number in range.</summary>
    public static bool TryRead(string? text, out int limit)
    {
        limit = Default;
        return string.IsNullOrEmpty(text)
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= Max);
    }
}
