using System.Text.Json;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Audit.Reading;

/// <summary>An entry of the audit trail on the wire.</summary>
/// <param name="Seq">Place in the trail, from 1 without a gap.</param>
/// <param name="Id">UUIDv7.</param>
/// <param name="OccurredAt">UTC, by the database's clock.</param>
/// <param name="Action">What was done, such as <c>user.created</c>.</param>
/// <param name="Outcome"><c>succeeded</c> or <c>refused</c>.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Resource">What it was done to.</param>
/// <param name="Before">What it was before.</param>
/// <param name="After">What it is after, or what else is worth knowing.</param>
/// <param name="Address">Network address of the caller.</param>
/// <param name="UserAgent">User agent of the caller.</param>
/// <param name="SessionId">The caller's sign-in.</param>
/// <param name="RequestId">As answered in <c>X-Request-Id</c>.</param>
/// <param name="PreviousHash">Hash of the entry before, 64 hexadecimal digits.</param>
/// <param name="Hash">SHA-256 of this entry and the hash before, 64 hexadecimal digits.</param>
public sealed record AuditEntryView(
    long Seq, Guid Id, DateTimeOffset OccurredAt, string Action, string Outcome, AuditActorView Actor, AuditResourceView Resource,
    JsonElement? Before, JsonElement? After, string? Address, string? UserAgent, Guid? SessionId, string? RequestId, string PreviousHash, string Hash)
{
    /// <summary>The wire form.</summary>
    public static AuditEntryView Of(AuditRow row) => new(
        row.Seq, row.Id, row.OccurredAt, row.Action, row.Outcome, new(row.ActorKind, row.ActorId), new(row.ResourceType, row.ResourceId),
        Json(row.Before), Json(row.After), row.Address, row.UserAgent, row.SessionId, row.RequestId,
        Convert.ToHexStringLower(row.PreviousHash), Convert.ToHexStringLower(row.Hash));

    private static JsonElement? Json(string? text) => text is null ? null : JsonElement.Parse(text);
}

/// <summary>Who did it.</summary>
/// <param name="Kind"><c>user</c>, <c>api_key</c>, <c>anonymous</c> or <c>system</c>.</param>
/// <param name="Id">Of the user or API key.</param>
public sealed record AuditActorView(string Kind, Guid? Id);

/// <summary>What it was done to.</summary>
/// <param name="Type">Such as <c>user</c>.</param>
/// <param name="Id">Which one.</param>
public sealed record AuditResourceView(string Type, string? Id);

/// <summary>A page of the trail.</summary>
/// <param name="Items">Entries, newest first.</param>
/// <param name="NextCursor">Where the next page begins; null on the last.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntryView> Items, string? NextCursor);
