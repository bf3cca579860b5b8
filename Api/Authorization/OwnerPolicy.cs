using System.Collections.Frozen;

namespace ProductionReady.Api.Authorization;

/// <summary>
/// What everybody may do to what is his own, without any permission: the whole policy, in one place. Each rule is an endpoint
/// that names no permission, method and route pattern as the key, and works on the caller's own account alone. What is not
/// here takes a permission, also on one's own account: nobody changes his own roles or state. The Api does not start when this
/// list and the routes differ, see <see cref="EndpointAccessCheck"/>.
/// </summary>
public static class OwnerPolicy
{
    /// <summary>Method and route pattern to what it lets the owner do.</summary>
    public static FrozenDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["GET /api/v1/auth/me"] = "A user reads his own account and what he may do.",
        ["PATCH /api/v1/auth/me"] = "A user changes his own display name, and nothing else of his account.",
        ["POST /api/v1/auth/logout"] = "A user ends the session that he uses.",
        ["POST /api/v1/auth/logout-everywhere"] = "A user ends all of his sessions.",
        ["GET /api/v1/auth/sessions"] = "A user reads where he is signed in.",
        ["DELETE /api/v1/auth/sessions/{id}"] = "A user ends one of his sessions, and no other's.",
        ["GET /api/v1/auth/me/second-factor"] = "A user reads whether he has a second factor.",
        ["POST /api/v1/auth/me/second-factor"] = "A user begins to enrol a second factor of his own.",
        ["POST /api/v1/auth/me/second-factor/confirm"] = "A user finishes enrolling it.",
        ["POST /api/v1/auth/me/second-factor/recovery-codes"] = "A user gets new recovery codes of his own, for a code.",
        ["DELETE /api/v1/auth/me/second-factor"] = "A user removes his second factor, for a code, where the tenant does not ask for one.",
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
