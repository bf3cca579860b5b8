using System.Security.Cryptography;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Tests.Worker.Backups;

/// <summary>The files of a store in a folder, as an attacker or a bad disk has them in hand.</summary>
/// <param name="folder">The store.</param>
public sealed class StoreFiles(string folder)
{
    /// <summary>Full paths of the objects whose key begins with a prefix, in the order of their keys.</summary>
    public IReadOnlyList<string> All(string prefix = "") => !Directory.Exists(folder) ? [] :
        [.. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true })
            .Where(file => KeyOf(file).StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    /// <summary>What is staged and not yet, or no longer, an object.</summary>
    public IReadOnlyList<string> Staged() => Directory.Exists(Path.Combine(folder, ".staging"))
        ? Directory.GetFiles(Path.Combine(folder, ".staging"), "*", SearchOption.AllDirectories)
        : [];

    /// <summary>The one object whose key begins with a prefix.</summary>
    public string Single(string prefix) => All(prefix).ShouldHaveSingleItem();

    /// <summary>The key of a file.</summary>
    public string KeyOf(string file) => Path.GetRelativePath(folder, file);

    /// <summary>Flips one bit in the middle.</summary>
    public static void FlipByte(string file)
    {
        using var stream = File.Open(file, FileMode.Open);
        stream.Position = stream.Length / 2;
        var original = stream.ReadByte();
        stream.Position--;
        stream.WriteByte((byte)(original ^ 1));
    }

    /// <summary>Loses the second half.</summary>
    public static void CutShort(string file)
    {
        using var stream = File.Open(file, FileMode.Open);
        stream.SetLength(stream.Length / 2);
    }

    /// <summary>Puts the content of each in the place of the other.</summary>
    public static void Swap(string one, string other)
    {
        var first = File.ReadAllBytes(one);
        File.WriteAllBytes(one, File.ReadAllBytes(other));
        File.WriteAllBytes(other, first);
    }

    /// <summary>Puts another content in the place of an object, with the name that fits it.</summary>
    public string Replace(string file, byte[] content)
    {
        var old = ObjectName.TryParse(KeyOf(file))!;
        var path = Path.Combine(folder, new ObjectName(old.Path, Convert.ToHexStringLower(SHA256.HashData(content)), old.Suffix).Key);
        File.Delete(file);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Adds an object.</summary>
    public string Add(string path, string suffix, byte[] content)
    {
        var file = Path.Combine(folder, new ObjectName(path, Convert.ToHexStringLower(SHA256.HashData(content)), suffix).Key);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        return file;
    }
}
