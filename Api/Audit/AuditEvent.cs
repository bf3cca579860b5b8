using ProductionReady.Api.Authorization;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Audit;

/// <summary>
/// Something worth recording. Who did it, from where and in which request is taken from the request; the time, the place in
/// the trail and the hash are the database's.
/// </summary>
/// <param name="Action">What was done, as in <see cref="AuditActions"/>.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="ResourceType">What it was done to, such as <c>user</c>.</param>
/// <param name="ResourceId">Which one; cut to 255 characters.</param>
public sealed record AuditEvent(string Action, AuditOutcome Outcome, string ResourceType, string? ResourceId)
{
    /// <summary>What it was before, for changes: an object that becomes JSON. Never a secret, nor a hash of one.</summary>
    public object? Before { get; init; }

    /// <summary>What it is after, or what else is worth knowing. Never a secret, nor a hash of one.</summary>
    public object? After { get; init; }

    /// <summary>Who did it, where the request's principal does not say so, as while signing in.</summary>
    public AuditActor? Actor { get; init; }

    /// <summary>The sign-in it belongs to, where the request's principal does not say so.</summary>
    public Guid? SessionId { get; init; }
}

/// <summary>Who did it.</summary>
/// <param name="Kind">What kind of caller.</param>
/// <param name="Id">Id of the user or API key.</param>
public sealed record AuditActor(ActorKind Kind, Guid? Id)
{
    /// <summary>Nobody known.</summary>
    public static AuditActor Anonymous { get; } = new(ActorKind.Anonymous, null);

    /// <summary>Whoever is asking.</summary>
    public static AuditActor Of(Principal principal) =>
        new(principal.Kind == PrincipalKind.User ? ActorKind.User : ActorKind.ApiKey, principal.SubjectId);

    /// <summary>A user.</summary>
    public static AuditActor User(Guid id) => new(ActorKind.User, id);
}
