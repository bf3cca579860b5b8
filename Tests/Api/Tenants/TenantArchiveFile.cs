using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ProductionReady.Tests.Api.Tenants;

/// <summary>An archive in a test: its files by name, to look at, to change and to pack again.</summary>
internal sealed class TenantArchiveFile
{
    /// <summary>Names to contents, in the order of the archive.</summary>
    public List<(string Name, byte[] Content)> Files { get; } = [];

    public static TenantArchiveFile Read(byte[] zip)
    {
        var archive = new TenantArchiveFile();
        using var packed = new ZipArchive(new MemoryStream(zip));
        foreach (var entry in packed.Entries)
        {
            using var content = new MemoryStream();
            using var stream = entry.Open();
            stream.CopyTo(content);
            archive.Files.Add((entry.FullName, content.ToArray()));
        }

        return archive;
    }

    public JsonObject Manifest => JsonNode.Parse(Content("manifest.json"))!.AsObject();

    public byte[] Content(string name) => Files.Single(file => file.Name == name).Content;

    public IReadOnlyList<JsonObject> Lines(string name) =>
        [.. Encoding.UTF8.GetString(Content(name)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

    /// <summary>Puts other lines into a file and lets the manifest tell of them truly.</summary>
    public TenantArchiveFile With(string name, params IEnumerable<string> lines)
    {
        var all = lines.ToList();
        var content = Encoding.UTF8.GetBytes(string.Concat(all.Select(line => line + "\n")));
        Files[Files.FindIndex(file => file.Name == name)] = (name, content);
        return WithManifest(manifest =>
        {
            var file = manifest["files"]!.AsArray().Single(entry => (string)entry!["name"]! == name)!;
            (file["rows"], file["bytes"], file["sha256"]) = (all.Count, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
        });
    }

    public TenantArchiveFile WithManifest(Action<JsonObject> change)
    {
        var manifest = Manifest;
        change(manifest);
        Files[Files.FindIndex(file => file.Name == "manifest.json")] = ("manifest.json", Encoding.UTF8.GetBytes(manifest.ToJsonString()));
        return this;
    }

    public byte[] Pack()
    {
        var zip = new MemoryStream();
        using (var packed = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in Files)
            {
                using var entry = packed.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return zip.ToArray();
    }
}
