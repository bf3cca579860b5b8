using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace ProductionReady.Worker.Backups.Catalog;

/// <summary>Ids of backups: the time of the start (UTC) and a random end, such as <c>20260131T021500Z-5f1c</c>.</summary>
public static partial class BackupId
{
    /// <summary>Makes an id that sorts by age; the random end keeps two of the same second apart.</summary>
    public static string New(DateTimeOffset startedAt) =>
        $"{startedAt.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";

    /// <summary>Whether a text has the form of an id.</summary>
    public static bool IsValid(string text) => Form().IsMatch(text);

    [GeneratedRegex(@"^\d{8}T\d{6}Z-[0-9a-f]{4}$")]
    private static partial Regex Form();
}
