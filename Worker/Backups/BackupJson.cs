using System.Text.Json;
using System.Text.Json.Serialization;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Configuration;

namespace ProductionReady.Worker.Backups;

/// <summary>The shape of the documents in a store and of what <c>backup list --json</c> prints.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupCheck))]
[JsonSerializable(typeof(ServerConfiguration))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(StoredBackup))]
[JsonSerializable(typeof(CatalogDocument))]
[JsonSerializable(typeof(IReadOnlyList<CatalogedBackup>))]
internal sealed partial class BackupJson : JsonSerializerContext;
