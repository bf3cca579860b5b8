using System.Text.Json;
using System.Text.Json.Serialization;
using ProductionReady.Worker.Backups.Checks;

namespace ProductionReady.Worker.Backups.Drills;

/// <summary>What a drill came to. Stored as <c>drill/ID/drill.SHA256.json</c>.</summary>
/// <param name="Id">Time of the start (UTC) and a random end: sorts by age.</param>
/// <param name="StartedAt">By the server's clock.</param>
/// <param name="FinishedAt">By the server's clock.</param>
/// <param name="BaseId">The base backup that was restored; null when there was none.</param>
/// <param name="Target">The moment that was drawn: <c>restore --to</c> takes it. Null when it came to none.</param>
/// <param name="ReachedLsn">Everything before it was replayed.</param>
/// <param name="ReachedCommit">The last commit that was replayed.</param>
/// <param name="RecoveryTimeSeconds">The measured RTO: from nothing until the server answered with the data of the target.</param>
/// <param name="RecoveryPointSeconds">
/// The measured RPO: how old the last commit in the store was when the drill listed it, at most what the loss of server and Worker would
/// have cost then. Where nobody commits, it grows all the same.
/// </param>
/// <param name="Checks">What was looked at.</param>
public sealed record DrillRecord(
    string Id,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    string? BaseId,
    string? Target,
    string? ReachedLsn,
    DateTimeOffset? ReachedCommit,
    double? RecoveryTimeSeconds,
    double? RecoveryPointSeconds,
    IReadOnlyList<CheckOutcome> Checks)
{
    /// <summary>One sentence for each ledger that nothing could be compared with, which is no fault of the backup.</summary>
    public IReadOnlyList<string> NotCompared { get; init; } = [];

    /// <summary>Nothing was found wrong.</summary>
    [JsonIgnore]
    public bool Passed => Checks.All(check => check.Passed);

    /// <summary><c>passed</c> or <c>failed</c>.</summary>
    public string Outcome => Passed ? "passed" : "failed";

    /// <summary>One sentence each.</summary>
    public IReadOnlyList<string> Problems => [.. Checks.SelectMany(check => check.Problems)];
}

/// <summary>The shape of <c>drill.json</c> and of what <c>drill list --json</c> prints.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DrillRecord))]
[JsonSerializable(typeof(IReadOnlyList<DrillRecord>))]
internal sealed partial class DrillJson : JsonSerializerContext;
