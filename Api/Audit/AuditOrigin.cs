using ProductionReady.Api.Authorization;
using ProductionReady.Api.Json;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Audit;

/// <summary>Who asks, from where, and in which request; each text cut to what the trail keeps.</summary>
/// <param name="Actor">The caller.</param>
/// <param name="SessionId">The caller's sign-in.</param>
/// <param name="Address">Network address.</param>
/// <param name="UserAgent">Header <c>User-Agent</c>.</param>
/// <param name="RequestId">As in <c>X-Request-Id</c>.</param>
public sealed record AuditOrigin(AuditActor Actor, Guid? SessionId, string? Address, string? UserAgent, string? RequestId)
{
    private static readonly AuditOrigin Platform = new(new AuditActor(ActorKind.System, null), null, null, null, null);

    /// <summary>The origin of a request; without one it is the platform itself.</summary>
    public static AuditOrigin Of(HttpContext? context)
    {
        if (context is null)
        {
            return Platform;
        }

        var principal = context.Features.Get<Principal>();
        return new AuditOrigin(
            principal is null ? AuditActor.Anonymous : AuditActor.Of(principal),
            principal is { Kind: PrincipalKind.User } ? principal.SessionId : null,
            Cut(context.Connection.RemoteIpAddress?.ToString(), AuditEntry.AddressMaxLength),
            Cut(context.Request.Headers.UserAgent.ToString(), AuditEntry.UserAgentMaxLength),
            Cut(context.TraceIdentifier, AuditEntry.RequestIdMaxLength));
    }

    /// <summary>The first characters of a text; null when there are none, or none that can be stored.</summary>
    public static string? Cut(string? text, int length)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var kept = text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
        return StorableText.IsStorable(kept) ? kept : null;
    }
}
