using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Audit.Refusals;

/// <summary>Refusals that are alike: recorded one by one while they are few, counted when they are many.</summary>
/// <param name="TenantId">In whose trail.</param>
/// <param name="Action">As in <see cref="AuditActions"/>.</param>
/// <param name="Kind">What kind of caller.</param>
/// <param name="ActorId">Who, if known.</param>
/// <param name="Subject">What was refused, such as an endpoint, or where the request came from.</param>
public sealed record RefusalKey(Guid TenantId, string Action, ActorKind Kind, Guid? ActorId, string Subject);
