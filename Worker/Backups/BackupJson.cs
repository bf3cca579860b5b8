using System.Text.Json;
using System.Text.Json.Serialization;
using ProductionReady.Worker.Backups.Catalog;

namespace ProductionReady.Worker.Backups;

/// <summary>The shape of the files beside a dump and of what <c>backup list --json</c> prints.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupManifest))]
[JsonSerializable(typeof(BackupCheck))]
[JsonSerializable(typeof(IReadOnlyList<CatalogEntry>))]
[JsonSerializable(typeof(StoredBackup))]
[JsonSerializable(typeof(CatalogDocument))]
[JsonSerializable(typeof(IReadOnlyList<CatalogedBackup>))]
internal sealed partial class BackupJson : JsonSerializerContext;
