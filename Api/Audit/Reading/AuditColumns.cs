using System.Globalization;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Audit.Reading;

/// <summary>The columns of an export after <c>seq</c>, as text.</summary>
internal static class AuditColumns
{
    /// <summary>Names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Of(new AuditRow()).Select(column => column.Name)];

    /// <summary>Names and values of an entry. Times have all six digits that are hashed.</summary>
    public static IEnumerable<(string Name, string? Text)> Of(AuditRow entry) =>
    [
        ("id", entry.Id.ToString()),
        ("occurredAt", entry.OccurredAt.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)),
        ("action", entry.Action),
        ("outcome", entry.Outcome),
        ("actorKind", entry.ActorKind),
        ("actorId", entry.ActorId?.ToString()),
        ("resourceType", entry.ResourceType),
        ("resourceId", entry.ResourceId),
        ("before", entry.Before),
        ("after", entry.After),
        ("address", entry.Address),
        ("userAgent", entry.UserAgent),
        ("sessionId", entry.SessionId?.ToString()),
        ("requestId", entry.RequestId),
        ("previousHash", Convert.ToHexStringLower(entry.PreviousHash)),
        ("hash", Convert.ToHexStringLower(entry.Hash)),
    ];
}
