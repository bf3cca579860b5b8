using System.Text;
using System.Text.Json;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Configuration;

/// <summary>Opens a backup of the configuration into files that <c>psql</c> and people read.</summary>
public sealed class OpenedConfiguration(BackupCatalog catalog, Unsealer unsealer)
{
    /// <summary>Writes <c>roles.sql</c>, <c>DATABASE.schema.sql</c>, <c>DATABASE.keys.sql</c>, <c>server.json</c> and <c>worker.json</c>.</summary>
    /// <returns>Full paths, in the order in which the SQL is to be run.</returns>
    /// <exception cref="BackupProblemException">The folder is not empty, or the backup cannot be opened.</exception>
    public async Task<IReadOnlyList<string>> WriteAsync(CatalogedBackup backup, string folder, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new BackupProblemException($"{folder} is not empty.");
        }

        var name = ObjectName.TryParse(backup.Backup.Objects[0].Key)!;
        var bytes = await unsealer.OpenAsync(catalog.Store, name, ReadAsync, cancellationToken);
        var read = JsonSerializer.Deserialize(bytes, BackupJson.Default.ServerConfiguration) is { Format: ServerConfiguration.CurrentFormat } known
            ? known
            : throw new BackupProblemException($"{name} is of another version.");
        PrivateFiles.CreateFolder(folder);
        var files = new List<string>();
        Write("roles.sql", read.Roles);
        foreach (var database in read.Databases)
        {
            Write($"{database.Name}.schema.sql", database.Schema);
            Write($"{database.Name}.keys.sql", database.Keys);
        }

        Write("server.json", JsonSerializer.Serialize(read.ServerSettings, BackupJson.Default.IReadOnlyDictionaryStringString));
        Write("worker.json", JsonSerializer.Serialize(read.Worker, BackupJson.Default.IReadOnlyDictionaryStringString));
        return files;

        void Write(string file, string content)
        {
            var path = Path.Combine(folder, Path.GetFileName(file));
            DurableFile.Write(path, Encoding.UTF8.GetBytes(content));
            files.Add(path);
        }
    }

    private static async Task<byte[]> ReadAsync(Stream plain, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        await plain.CopyToAsync(copy, cancellationToken);
        return copy.ToArray();
    }
}
