using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Catalog;

/// <summary>Small JSON documents as objects of a store.</summary>
internal static class StoredJson
{
    /// <summary>Stores a document under <paramref name="path"/>.</summary>
    public static Task<ObjectName> WriteAsync<T>(IObjectStore store, string path, T document, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        WriteAsync(store, path, JsonSerializer.SerializeToUtf8Bytes(document, type), cancellationToken);

    /// <summary>Stores a document that was written by its owner.</summary>
    public static async Task<ObjectName> WriteAsync(IObjectStore store, string path, byte[] document, CancellationToken cancellationToken)
    {
        await using var staged = StagedFile.Create(store.StagingFolder);
        ContentDigest digest;
        try
        {
            digest = await HashedCopy.RunAsync(new MemoryStream(document), staged, cancellationToken);
            await staged.DisposeAsync();
        }
        catch
        {
            File.Delete(staged.Name);
            throw;
        }

        var name = new ObjectName(path, digest.Sha256, ObjectName.Plain);
        await store.PutAsync(name, new StagedFile(staged.Name, digest), cancellationToken);
        return name;
    }

    /// <summary>Reads a document and compares it with its name.</summary>
    /// <exception cref="BackupProblemException">It is missing, damaged or of another form.</exception>
    public static async Task<T> ReadAsync<T>(IObjectStore store, ObjectName name, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var bytes = await ReadAsync(store, name, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException("It is null.");
        }
        catch (JsonException unreadable)
        {
            throw new BackupProblemException($"{name} is not of the form that it should have: {unreadable.Message}", unreadable);
        }
    }

    /// <inheritdoc cref="ReadAsync{T}(IObjectStore, ObjectName, JsonTypeInfo{T}, CancellationToken)"/>
    public static async Task<byte[]> ReadAsync(IObjectStore store, ObjectName name, CancellationToken cancellationToken)
    {
        using var document = new MemoryStream();
        await using var stored = await store.OpenAsync(name, cancellationToken);
        var digest = await HashedCopy.RunAsync(stored, document, cancellationToken);
        return digest.Sha256 == name.Sha256 ? document.ToArray() : throw new BackupProblemException($"{name} is damaged: its SHA-256 is {digest.Sha256}.");
    }
}
