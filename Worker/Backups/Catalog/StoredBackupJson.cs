using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProductionReady.Worker.Backups.Catalog;

/// <summary>The shape of <c>backup.json</c>.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StoredBackup))]
internal sealed partial class StoredBackupJson : JsonSerializerContext;
