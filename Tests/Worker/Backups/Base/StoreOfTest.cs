using System.Diagnostics;
using System.Text.Json.Nodes;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Tests.Worker.Backups.Base;

/// <summary>Looks into a store's folder as it lies on the disk.</summary>
public sealed class StoreOfTest(string folder)
{
    /// <summary>Keys of the objects below a prefix.</summary>
    public IReadOnlyList<string> Keys(string prefix) => !Directory.Exists(folder) ? [] :
        [.. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Select(file => Path.GetRelativePath(folder, file))
            .Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>What a document says.</summary>
    public JsonNode Read(string key) => JsonNode.Parse(File.ReadAllText(PathOf(key)))!;

    /// <summary>What the documents below a prefix say.</summary>
    public IReadOnlyList<JsonNode> Documents(string prefix) => [.. Keys(prefix).Where(key => key.EndsWith(ObjectName.Plain, StringComparison.Ordinal)).Select(Read)];

    /// <summary>The one document of a base backup.</summary>
    public JsonNode BaseBackup() => Read(Keys("base/").Single(key => key.EndsWith(ObjectName.Plain, StringComparison.Ordinal)));

    /// <summary>Full path of an object's file.</summary>
    public string PathOf(string key) => Path.Combine(folder, key);

    /// <summary>Turns one bit in the middle of an object.</summary>
    public void Flip(string key)
    {
        using var file = File.Open(PathOf(key), FileMode.Open);
        file.Position = file.Length / 2;
        var original = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(original ^ 1));
    }

    /// <summary>Opens an object with Debian's programs alone and returns what a command prints of it.</summary>
    public async Task<string> ByHandAsync(string key, string identity, string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", $"set -o pipefail; age -d -i {identity} {PathOf(key)} | zstd -dc | {command}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = shell.StandardOutput.ReadToEndAsync();
        var errors = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        shell.ExitCode.ShouldBe(0, errors);
        return await said;
    }
}
