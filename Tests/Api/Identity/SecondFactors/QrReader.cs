using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ProductionReady.Tests.Api.Identity.SecondFactors;

/// <summary>
/// Reads an undamaged QR code out of an SVG by the rules of ISO/IEC 18004, independently of what drew it: versions 5 to 12,
/// error correction level M, segments of bytes and of capital letters with digits. That is what otpauth URIs need.
/// </summary>
internal static partial class QrReader
{
    private const int QuietZone = 4;
    private const int AlphanumericMode = 2;
    private const int ByteMode = 4;
    private const string Alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

    /// <summary>By version from 5 on: centres of the alignment patterns, blocks of the first kind and their data codewords, blocks that have one more.</summary>
    private static readonly (int[] Alignment, int Blocks, int Data, int LongerBlocks)[] Versions =
    [
        ([6, 30], 2, 43, 0), ([6, 34], 4, 27, 0), ([6, 22, 38], 4, 31, 0), ([6, 24, 42], 2, 38, 2),
        ([6, 26, 46], 3, 36, 2), ([6, 28, 50], 4, 43, 1), ([6, 30, 54], 1, 50, 4), ([6, 32, 58], 6, 36, 2),
    ];

    public static string Read(string svg)
    {
        var modules = Modules(svg);
        var version = (modules.GetLength(0) - 17) / 4;
        var layout = Versions[version - 5];
        var format = Format(modules) ^ 0b101_0100_0001_0010;
        (format >> 13).ShouldBe(0, "level M");
        var codewords = Codewords(modules, version, layout.Alignment, mask: (format >> 10) & 7);
        return Segments(Deinterleaved(codewords, layout.Blocks, layout.Data, layout.LongerBlocks), longCounts: version >= 10);
    }

    private static bool[,] Modules(string svg)
    {
        var root = XDocument.Parse(svg).Root!;
        var size = int.Parse(root.Attribute("viewBox")!.Value.Split(' ')[2]) - (2 * QuietZone);
        var modules = new bool[size, size];
        foreach (Match run in Run().Matches(root.Elements().Single(element => element.Name.LocalName == "path").Attribute("d")!.Value))
        {
            var (x, y, width) = (int.Parse(run.Groups[1].Value), int.Parse(run.Groups[2].Value), int.Parse(run.Groups[3].Value));
            for (var i = 0; i < width; i++)
            {
                modules[y - QuietZone, x + i - QuietZone] = true;
            }
        }

        return modules;
    }

    private static int Format(bool[,] modules)
    {
        (int Row, int Column)[] places =
            [(8, 0), (8, 1), (8, 2), (8, 3), (8, 4), (8, 5), (8, 7), (8, 8), (7, 8), (5, 8), (4, 8), (3, 8), (2, 8), (1, 8), (0, 8)];
        return places.Aggregate(0, (bits, place) => (bits << 1) | (modules[place.Row, place.Column] ? 1 : 0));
    }

    private static byte[] Codewords(bool[,] modules, int version, int[] alignment, int mask)
    {
        var size = modules.GetLength(0);
        var bits = new List<bool>();
        var upwards = true;
        for (var right = size - 1; right > 0; right -= 2, upwards = !upwards)
        {
            right -= right == 6 ? 1 : 0;
            for (var i = 0; i < size; i++)
            {
                var row = upwards ? size - 1 - i : i;
                foreach (var column in (int[])[right, right - 1])
                {
                    if (!IsPattern(row, column, size, version, alignment))
                    {
                        bits.Add(modules[row, column] ^ Masked(mask, row, column));
                    }
                }
            }
        }

        return [.. bits.Chunk(8).Where(chunk => chunk.Length == 8).Select(chunk => chunk.Aggregate((byte)0, (b, bit) => (byte)((b << 1) | (bit ? 1 : 0))))];
    }

    private static bool IsPattern(int row, int column, int size, int version, int[] alignment)
    {
        var finder = (row < 9 && (column < 9 || column >= size - 8)) || (row >= size - 8 && column < 9);
        var versionBits = version >= 7 && ((row < 6 && column >= size - 11) || (column < 6 && row >= size - 11));
        var last = alignment[^1];
        var aligned = alignment.Any(y => Math.Abs(row - y) <= 2 && alignment.Any(x => Math.Abs(column - x) <= 2
            && (y, x) != (6, 6) && (y, x) != (6, last) && (y, x) != (last, 6)));
        return finder || versionBits || aligned || row == 6 || column == 6;
    }

    private static bool Masked(int mask, int row, int column) => mask switch
    {
        0 => (row + column) % 2 == 0,
        1 => row % 2 == 0,
        2 => column % 3 == 0,
        3 => (row + column) % 3 == 0,
        4 => ((row / 2) + (column / 3)) % 2 == 0,
        5 => (row * column % 2) + (row * column % 3) == 0,
        6 => ((row * column % 2) + (row * column % 3)) % 2 == 0,
        _ => (((row + column) % 2) + (row * column % 3)) % 2 == 0,
    };

    private static byte[] Deinterleaved(byte[] codewords, int blocks, int length, int longerBlocks)
    {
        var all = Enumerable.Range(0, blocks + longerBlocks).Select(_ => new List<byte>()).ToList();
        var next = 0;
        for (var i = 0; i <= length; i++)
        {
            foreach (var block in i < length ? all : all[blocks..])
            {
                block.Add(codewords[next++]);
            }
        }

        return [.. all.SelectMany(block => block)];
    }

    private static string Segments(byte[] data, bool longCounts)
    {
        var bits = new Queue<char>(string.Concat(data.Select(b => b.ToString("b8"))));
        var text = new StringBuilder();
        int Next(int count) => Enumerable.Range(0, count).Aggregate(0, (value, _) => (value << 1) | (bits.Dequeue() - '0'));
        for (var mode = Next(4); mode != 0; mode = bits.Count < 4 ? 0 : Next(4))
        {
            mode.ShouldBeOneOf(AlphanumericMode, ByteMode);
            var count = Next(mode == ByteMode ? (longCounts ? 16 : 8) : longCounts ? 11 : 9);
            for (var left = count; left > 0; left -= mode == ByteMode ? 1 : 2)
            {
                text.Append(mode == ByteMode ? ((char)Next(8)).ToString() : left == 1 ? Alphanumeric[Next(6)].ToString() : Pair(Next(11)));
            }
        }

        return text.ToString();
    }

    private static string Pair(int value) => $"{Alphanumeric[value / 45]}{Alphanumeric[value % 45]}";

    [GeneratedRegex(@"M(\d+) (\d+)h(\d+)v1h-\d+z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Run();
}
