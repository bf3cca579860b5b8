using System.Text.Json.Serialization;

namespace ProductionReady.Worker.Backups;

/// <summary>How a backup was tried.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BackupCheckKind>))]
public enum BackupCheckKind
{
    /// <summary>Its objects were read and compared with their names.</summary>
    [JsonStringEnumMemberName("checksum")]
    Checksum,

    /// <summary>It was restored into a scratch server and compared with its ledger.</summary>
    [JsonStringEnumMemberName("restore")]
    Restore,
}

/// <summary>The outcome of trying a backup, kept as <c>check/ID/KIND.SHA256.json</c>.</summary>
/// <param name="Problems">One sentence each; none means passed.</param>
public sealed record BackupCheck(
    string BackupId, BackupCheckKind Kind, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, IReadOnlyList<string> Problems)
{
    /// <summary>No problem was found.</summary>
    public bool Passed => Problems.Count == 0;
}
