using System.Globalization;
using System.Text;
using Microsoft.Extensions.Primitives;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Json;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Api.Audit.Reading;

/// <summary>Which entries to list or export: those that meet all that is given.</summary>
/// <param name="From">Not before this time.</param>
/// <param name="To">Before this time.</param>
/// <param name="Action">Exactly this action, such as <c>user.created</c>.</param>
/// <param name="Actor">Id of the user or API key.</param>
/// <param name="ActorKind">Kind of caller.</param>
/// <param name="ResourceType">Exactly this kind of resource.</param>
/// <param name="ResourceId">Exactly this resource.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Address">Exactly this network address.</param>
public sealed record AuditFilter(
    DateTimeOffset? From, DateTimeOffset? To, string? Action, Guid? Actor, ActorKind? ActorKind, string? ResourceType, string? ResourceId,
    AuditOutcome? Outcome, string? Address)
{
    private const int MaxText = 255;

    private static readonly string[] Parameters =
        ["from", "to", "action", "actor", "actorKind", "resourceType", "resourceId", "outcome", "address"];

    /// <summary>Whether every entry meets it.</summary>
    public bool IsEmpty => this == new AuditFilter(null, null, null, null, null, null, null, null, null);

    /// <summary>
    /// Reads the filter from a query string. A parameter that is neither the filter's nor among <paramref name="others"/> is
    /// an error: a misspelt one would show more than was asked for.
    /// </summary>
    public static AuditFilter Read(IQueryCollection query, ReadOnlySpan<string> others, FieldErrors errors)
    {
        foreach (var (name, values) in query)
        {
            if (!Parameters.Contains(name, StringComparer.Ordinal) && !others.Contains(name))
            {
                errors.Add(name, "There is no such parameter.");
            }
            else if (values.Count > 1)
            {
                errors.Add(name, "Is given more than once.");
            }
        }

        return new(
            Time("from"), Time("to"), Text("action"), Id("actor"), Word<ActorKind>("actorKind"), Text("resourceType"), Text("resourceId"),
            Word<AuditOutcome>("outcome"), Text("address"));

        string? Given(string name) => query.TryGetValue(name, out var values) && !StringValues.IsNullOrEmpty(values) ? values[0] : null;

        string? Text(string name)
        {
            var text = Given(name);
            errors.Require(text is null || (text.Length <= MaxText && StorableText.IsStorable(text)), name, $"Must be at most {MaxText} characters of Unicode text.");
            return text;
        }

        DateTimeOffset? Time(string name)
        {
            // RFC 3339 only, with its offset: a local time would mean another moment on each machine.
            string[] formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
            var text = Given(name);
            var time = default(DateTimeOffset);
            var good = text is null || ((text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > "yyyy-MM-dd".Length)
                && DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out time));
            errors.Require(good, name, "Must be a time with its offset (RFC 3339), such as 2026-01-31T08:00:00Z; a + is written %2B.");
            return text is null ? null : time;
        }

        Guid? Id(string name)
        {
            var text = Given(name);
            var id = Guid.Empty;
            errors.Require(text is null || Guid.TryParseExact(text, "D", out id), name, "Must be a UUID.");
            return text is null ? null : id;
        }

        TEnum? Word<TEnum>(string name)
            where TEnum : struct, Enum
        {
            var text = Given(name);
            var value = default(TEnum);
            errors.Require(text is null || StoredText.TryParse(text, out value), name, $"Must be one of {string.Join(", ", StoredText.All<TEnum>())}.");
            return text is null ? null : value;
        }
    }

    /// <summary>The same text if and only if the same is asked for; what a cursor is bound to.</summary>
    public string Canonical()
    {
        var text = new StringBuilder();
        foreach (var part in (ReadOnlySpan<string?>)[
            From?.ToString("O", CultureInfo.InvariantCulture), To?.ToString("O", CultureInfo.InvariantCulture), Action, Actor?.ToString(),
            ActorKind?.ToString(), ResourceType, ResourceId, Outcome?.ToString(), Address])
        {
            text.Append(CultureInfo.InvariantCulture, $"{part?.Length ?? -1}:{part};");
        }

        return text.ToString();
    }
}
