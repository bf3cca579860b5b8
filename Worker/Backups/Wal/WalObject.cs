using System.Globalization;
using System.Text.RegularExpressions;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>What kind of file of the write-ahead log an object holds.</summary>
public enum WalObjectKind
{
    /// <summary>A finished segment.</summary>
    Segment,

    /// <summary>A segment that was still being written, padded with zeros to its size.</summary>
    Partial,

    /// <summary>The history of a timeline.</summary>
    History,
}

/// <summary>An object of the write-ahead log in a store: <c>wal/SYSTEM/FILE</c>, with the cluster's system identifier.</summary>
/// <param name="SystemId">System identifier, decimal.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="FileName">The file as the server asks for it when it recovers.</param>
/// <param name="Reach">Of a partial segment: the bytes until the last that is not zero. More is newer, by no clock.</param>
public sealed partial record WalObject(string SystemId, WalObjectKind Kind, string FileName, long Reach = 0)
{
    /// <summary>Prefix of the keys of all of them.</summary>
    public const string Prefix = "wal/";

    /// <summary>First part of its key.</summary>
    public string Path => Kind == WalObjectKind.Partial
        ? string.Create(CultureInfo.InvariantCulture, $"{PrefixOf(SystemId)}{FileName}.partial-{Reach:X8}")
        : $"{PrefixOf(SystemId)}{FileName}";

    /// <summary>Prefix of the keys of one cluster.</summary>
    public static string PrefixOf(string systemId) => $"{Prefix}{systemId}/";

    /// <summary>Reads an object's name; null when it holds no write-ahead log.</summary>
    public static WalObject? TryParse(ObjectName name)
    {
        if (Form().Match(name.Path) is not { Success: true } match)
        {
            return null;
        }

        var (system, file, reach) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3]);
        return reach.Success ? new(system, WalObjectKind.Partial, file, long.Parse(reach.Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            : new(system, file.EndsWith(".history", StringComparison.Ordinal) ? WalObjectKind.History : WalObjectKind.Segment, file);
    }

    [GeneratedRegex(@"^wal/(\d+)/([0-9A-F]{24}|[0-9A-F]{8}\.history)(?:\.partial-([0-9A-F]{8,}))?$")]
    private static partial Regex Form();
}
